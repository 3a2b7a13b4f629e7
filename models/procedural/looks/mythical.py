"""Quadrupeds of tales: most are an animal with wings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.procedural.looks.hoofed import HOOFED
from models.procedural.looks.pawed import PAWED

DRAGON: Mapping[str, Any] = {
    "depth": 0.185, "width": 0.160, "chest": 1.12, "belly": 0.94, "pitch_deg": 8.0, "legs": 0.42, "leg_radius": 0.066,
    "shoulder": 1.15, "haunch": 1.35, "bow": 1.4, "shank": 0.74, "foot": "claw", "paw": 0.092, "stance": 0.140,
    "neck": 0.66, "neck_rise_deg": 66.0, "neck_radius": 0.076, "throat": 0.76, "head": 0.142, "head_drop_deg": 6.0,
    "cheek": 0.62, "snout": 1.30, "snout_radius": 0.58, "snout_end": 0.66, "snout_low": -0.18, "gape_deg": 26.0,
    "nose": "nostrils", "eye": 0.22, "eye_out_deg": 50.0, "eye_up_deg": 30.0, "ears": "none", "horns": 2.0,
    "horn_at": -0.35, "horn_radius": 0.24, "horn_tip": 0.08, "horn_rise_deg": 158.0, "horn_curl_deg": -40.0,
    "horn_spread": 0.35, "horn_out": 0.08, "plates": 9, "plate": 0.105, "tail": 1.55, "tail_radius": 0.066,
    "tail_root": 2.0, "tail_tip": 0.25, "tail_high": 0.2, "tail_rise_deg": -38.0, "tail_curl_deg": 74.0,
    "spikes": 12, "spike": 0.095, "barb": 0.17, "wings": 1.65, "wing": "skin",
}  # fmt: skip

MYTHICAL: Mapping[str, Mapping[str, Any]] = {
    "dragon": DRAGON,
    "pegasus": {**HOOFED["horse"], "mane": 0.8, "neck_rise_deg": 56.0, "tail_radius": 0.070, "wings": 1.15},
    "winged lion": {**PAWED["lion"], "wings": 1.05},
    "griffin": {**PAWED["lion"], "ruff": 0.0, "neck": 0.26, "neck_rise_deg": 48.0, "neck_radius": 0.125, "head": 0.160,
                "snout": 0.30, "snout_radius": 0.46, "nose": "none", "beak": 1.5, "ears": "pointed", "ear": 0.75,
                "ear_wide": 0.26, "mane": 0.35, "eye_out_deg": 48.0, "wings": 1.15},
}  # fmt: skip
