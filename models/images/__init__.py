"""Pictures as arrays: what an upload becomes, and the square that a shape is made from.

from models.images.decode import decode
from models.images.frame import framed

picture = decode(data)  # BadInput says what is wrong with it; .pixels is (H, W, 4) uint8
square = framed(picture.pixels)  # the subject in the middle, on nothing
"""
