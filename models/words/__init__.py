"""The words the house knows: what each noun is drawn as, from WordNet and from decisions of its own.

    from models.words.lexicon import lexicon

    lexicon().drawn["poodle"]   # Drawn(template="quadruped", look="dog")

`lexicon.txt` is the table; `roots.py`, `anchors.py`, `exceptions.py`, `familiar.py` and `names.py` are what people
decided; and `python -m models.words.build` makes the first from the second and WordNet. See LICENSE.wordnet.
"""
