"""Quadrupeds without fur: crocodiles, lizards, tortoises, frogs, and the dinosaurs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIZARD: Mapping[str, Any] = {
    "depth": 0.105, "width": 0.120, "belly": 1.0, "legs": 0.190, "leg_radius": 0.036, "shank": 0.86, "foot": "claw",
    "paw": 0.060, "stance": 0.150, "sprawl": 0.16, "bow": 0.5, "stride_deg": 14.0, "neck": 0.10,
    "neck_rise_deg": 22.0, "neck_radius": 0.082, "throat": 0.76, "head": 0.098, "cheek": 0.5, "snout": 0.95,
    "snout_radius": 0.56, "snout_end": 0.66, "snout_low": -0.16, "nose": "none", "eye": 0.20, "eye_out_deg": 56.0,
    "eye_up_deg": 34.0, "ears": "none", "tail": 1.45, "tail_radius": 0.048, "tail_root": 1.7, "tail_tip": 0.12,
    "tail_high": 0.1, "tail_rise_deg": -14.0, "tail_curl_deg": 22.0,
}  # fmt: skip

SAUROPOD: Mapping[str, Any] = {
    "depth": 0.240, "width": 0.190, "belly": 1.06, "legs": 0.50, "leg_radius": 0.082, "shank": 0.92,
    "foot": "column", "paw": 0.092, "stance": 0.125, "bow": 0.5, "neck": 1.15, "neck_rise_deg": 52.0,
    "neck_radius": 0.066, "neck_wide": 0.95, "throat": 0.70, "head": 0.088, "cheek": 0.5, "snout": 0.90,
    "snout_radius": 0.60, "snout_end": 0.86, "snout_low": -0.16, "head_drop_deg": 12.0, "nose": "nostrils",
    "eye": 0.16, "eye_out_deg": 60.0, "ears": "none", "tail": 1.35, "tail_radius": 0.075, "tail_root": 2.1,
    "tail_tip": 0.12, "tail_high": 0.2, "tail_rise_deg": -26.0, "tail_curl_deg": 40.0,
}  # fmt: skip

REPTILES: Mapping[str, Mapping[str, Any]] = {
    "lizard": {**LIZARD},
    "crocodile": {**LIZARD, "depth": 0.120, "width": 0.155, "leg_radius": 0.046, "paw": 0.066, "neck_rise_deg": 4.0,
                  "neck_radius": 0.098, "head": 0.112, "snout": 2.7, "snout_radius": 0.56, "snout_end": 0.5,
                  "snout_low": -0.24, "face_wide": 1.15, "gape_deg": 6.0, "nose": "nostrils", "eye_up_deg": 56.0,
                  "eye_out_deg": 40.0, "plates": 9, "plate": 0.085, "tail": 1.30, "tail_radius": 0.070},
    "iguana": {**LIZARD, "depth": 0.125, "width": 0.125, "pitch_deg": 8.0, "neck_rise_deg": 34.0, "head": 0.112,
               "snout": 0.74, "plates": 11, "plate": 0.085, "tail": 1.6},
    "tortoise": {**LIZARD, "depth": 0.150, "width": 0.290, "legs": 0.235, "leg_radius": 0.072, "foot": "column",
                 "paw": 0.080, "stance": 0.240, "sprawl": 0.08, "shell": 0.340, "stride_deg": 6.0, "neck": 0.30,
                 "neck_rise_deg": 30.0, "neck_radius": 0.070, "throat": 0.52, "head": 0.112, "snout": 0.34,
                 "snout_end": 0.80, "tail": 0.22, "tail_radius": 0.040, "tail_root": 1.0, "eye_up_deg": 16.0},
    "turtle": {**LIZARD, "depth": 0.130, "width": 0.330, "legs": 0.160, "leg_radius": 0.056, "foot": "claw",
               "paw": 0.100, "foot_long": 0.5, "stance": 0.300, "sprawl": 0.30, "shell": 0.220, "neck": 0.28,
               "neck_rise_deg": 18.0, "neck_radius": 0.070, "throat": 0.52, "head": 0.118, "snout": 0.34,
               "tail": 0.16, "tail_radius": 0.036, "tail_root": 1.0, "eye_up_deg": 20.0},
    "frog": {**LIZARD, "depth": 0.210, "width": 0.250, "chest": 0.92, "rump": 0.82, "pitch_deg": 26.0, "legs": 0.22,
             "leg_radius": 0.056, "paw": 0.088, "foot_long": 0.7, "stance": 0.200, "sprawl": 0.06, "crouched": True,
             "haunch": 1.0, "neck": 0.02, "neck_rise_deg": 6.0, "neck_radius": 0.190, "throat": 0.9, "head": 0.200,
             "face_wide": 1.25, "snout": 0.30, "snout_radius": 0.62, "snout_end": 0.72, "snout_low": -0.20,
             "eye": 0.3, "eye_up_deg": 52.0, "eye_out_deg": 66.0, "nose": "nostrils", "tail": 0.03,
             "tail_radius": 0.05, "tail_root": 1.0},
    "dinosaur": {**SAUROPOD},
    "brachiosaurus": {**SAUROPOD, "pitch_deg": 12.0, "legs": 0.60, "neck": 1.30, "neck_rise_deg": 62.0, "tail": 0.95},
    "triceratops": {**SAUROPOD, "depth": 0.265, "width": 0.225, "legs": 0.46, "neck": 0.12, "neck_rise_deg": 8.0,
                    "neck_radius": 0.150, "head": 0.2, "snout": 1.05, "snout_radius": 0.56, "snout_end": 0.52,
                    "snout_low": -0.30, "head_drop_deg": 16.0, "frill": 1.75, "horns": 1.9, "horn_at": 0.1,
                    "horn_rise_deg": 46.0, "horn_curl_deg": -10.0, "horn_spread": 0.6, "horn_radius": 0.19,
                    "nose_horns": 1, "nose_horn": 0.62, "nose_horn_at": 1.35, "tail": 0.85, "tail_radius": 0.080},
    "stegosaurus": {**SAUROPOD, "depth": 0.265, "width": 0.195, "rump": 1.16, "pitch_deg": -10.0, "legs": 0.52,
                    "neck": 0.26, "neck_rise_deg": 2.0, "neck_radius": 0.085, "head": 0.088, "snout": 1.1,
                    "snout_end": 0.6, "plates": 9, "plate": 0.270, "tail": 0.95, "tail_radius": 0.075,
                    "tail_rise_deg": -20.0},
    "tyrannosaurus": {**SAUROPOD, "depth": 0.225, "width": 0.170, "chest": 0.92, "pitch_deg": 24.0, "legs": 0.78,
                      "leg_radius": 0.088, "haunch": 1.5, "bow": 1.5, "shank": 0.72, "foot": "claw", "paw": 0.120,
                      "reach": 0.24, "neck": 0.16, "neck_rise_deg": 42.0, "neck_radius": 0.130, "throat": 0.8,
                      "head": 0.185, "snout": 1.25, "snout_radius": 0.60, "snout_end": 0.72, "gape_deg": 18.0,
                      "head_drop_deg": 4.0, "eye_up_deg": 36.0, "tail": 1.15, "tail_radius": 0.085,
                      "tail_rise_deg": -4.0, "tail_curl_deg": 16.0, "tail_root": 1.75},
}  # fmt: skip
