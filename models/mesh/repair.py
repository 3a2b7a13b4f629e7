"""What a model got wrong and can be put right: `repair` does it and says so.

Nothing is invented: faces are dropped, turned, and joined at corners that lie in one place; only a hole as small as
a lost vertex leaves is closed, with the vertices around it. What cannot be mended is handed on as it came, so that
`models.mesh.check.refuse` says what was wrong with it and not what the attempt left of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.mesh import mend
from models.mesh.check import FACES_MIN, is_rows, unsound
from models.mesh.mend import count
from models.mesh.specks import specks
from models.mesh.topology import Edges, Mask
from models.parts import PartMesh

LOSS_SHARE_MAX = 0.1  # of a part's faces; what has lost more of them is another object, and is refused instead
ROUNDS_MAX = 5  # of all steps, the last of which finds nothing; of 20 000 bad meshes 141 wanted a second, 2 a third


@dataclass(frozen=True, slots=True)
class Repaired:
    """Parts after repair, and a sentence for each thing that was done to them."""

    parts: tuple[Any, ...]  #: PartMesh, or what came in its place and cannot be mended
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Patient:
    part: Any
    notes: tuple[str, ...] = ()
    found: Edges | None = None  #: its edges; None: it cannot be mended


def repair(parts: Any) -> Repaired:
    """Mend what can be mended; healthy parts come out as they are, the same objects, without a note.

    Parameters
    ----------
    parts : sequence of PartMesh
        Or whatever came instead of one. In any place, of any size.

    Returns
    -------
    repaired : Repaired
        As many parts as came, in their order.

    Examples
    --------
    >>> import numpy as np
    >>> faces = np.array([[0, 2, 1], [0, 3, 1], [1, 3, 2], [2, 3, 0], [0, 3, 1]], np.int32)
    >>> repair([PartMesh("tail", np.eye(4, 3, dtype=np.float32), faces)]).notes
    ('tail: 1 face repeating another dropped', 'tail: 1 face turned outward')
    >>> repair([None])
    Repaired(parts=(None,), notes=())
    """
    if not isinstance(parts, Sequence):
        return Repaired((), (f"parts came as {type(parts).__name__}",))
    patients = _swept([_mended(part) for part in parts])
    notes = tuple(f"{patient.part.name}: {note}" for patient in patients for note in patient.notes)
    return Repaired(tuple(patient.part for patient in patients), notes)


def _mended(part: Any) -> _Patient:
    """One part, if it comes out sound; otherwise as it came."""
    if not _has_arrays(part):
        return _Patient(part)
    now, notes = _through_plain_steps(part)
    if len(now.faces) < max(FACES_MIN, (1 - LOSS_SHARE_MAX) * len(part.faces)):
        return _Patient(part)
    mended = _through_steps(now, notes)
    return _Patient(part) if mended.part is not part and unsound([mended.part]) is not None else mended


def _has_arrays(part: Any) -> bool:
    """Whether there is a mesh to mend at all: a name, and numbers in rows of three."""
    if not isinstance(part, PartMesh) or not isinstance(part.name, str):
        return False
    return is_rows(part.vertices, "fiu") and is_rows(part.faces, "iu")


def _through_plain_steps(part: PartMesh) -> mend.Mended:
    notes: tuple[str, ...] = ()
    for step in mend.PLAIN_STEPS:
        part, said = step(part)
        notes += said
    return part, notes


def _through_steps(part: PartMesh, notes: tuple[str, ...]) -> _Patient:
    """All steps, until none has anything to do: one may lay bare what an earlier one mends.

    The edges are counted again only where a step has changed something.
    """
    found = mend.Findings.of(part)
    for _ in range(ROUNDS_MAX):
        at_first = part
        for step in mend.STEPS:
            before = part
            part, said = step(before, found)
            if len(part.faces) < FACES_MIN:
                return _Patient(part)
            notes += said
            found = found if part is before else mend.Findings.of(part)
        if part is at_first:
            break
    return _Patient(part, tuple(dict.fromkeys(notes)), found.edges)


def _swept(patients: Sequence[_Patient]) -> list[_Patient]:
    """Without specks, which only all parts together can tell."""
    ready = [(patient.part, patient.found) for patient in patients if patient.found is not None]
    dust = iter(specks([part for part, _ in ready], [found for _, found in ready]))
    return [patient if patient.found is None else _tidied(patient, *next(dust)) for patient in patients]


def _tidied(patient: _Patient, gone: Mask, number: int) -> _Patient:
    """What the other steps leave lying about needs no sentence of its own."""
    part, notes = patient.part, patient.notes
    if number:
        part = replace(part, faces=part.faces[~gone])
        notes += (f"{count(number, 'speck')} away from the rest dropped ({count(int(gone.sum()), 'face')})",)
    part, idle = mend.without_idle(part)
    return _Patient(part, notes or idle, patient.found)
