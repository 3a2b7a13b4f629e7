"""The door for browsers and HTTP: the API under /v1, its description, and who may do what.

    app.py         one Flask app; what is done around every request
    api.py         every address there is, as one table
    endpoint.py    what an address is: who may, what it takes, what it answers
    problems.py    every error as problem+json
    callers.py     who is asking
    *_api.py       what the addresses do

Jobs are made here and watched here; they are done by workers, which this door never talks to.
"""
