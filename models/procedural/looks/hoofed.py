"""Quadrupeds on hooves: horses, cattle, deer, camels, pigs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HORSE: Mapping[str, Any] = {
    "depth": 0.200, "width": 0.150, "chest": 1.04, "belly": 0.94, "rump": 1.0, "legs": 0.70, "leg_radius": 0.050,
    "haunch": 1.2, "shank": 0.62, "foot": "hoof", "paw": 0.058, "stance": 0.098, "neck": 0.40, "neck_rise_deg": 50.0,
    "neck_radius": 0.088, "neck_wide": 0.66, "throat": 0.80, "head": 0.116, "head_drop_deg": 42.0, "face_wide": 0.84,
    "cheek": 0.66, "snout": 1.75, "snout_radius": 0.64, "snout_end": 0.74, "snout_low": -0.28, "nose": "nostrils",
    "eye": 0.15, "eye_out_deg": 62.0, "eye_up_deg": 22.0, "ears": "leaf", "ear": 0.62, "ear_wide": 0.24,
    "mane": 0.6, "tail": 0.62, "tail_radius": 0.060, "tail_root": 0.55, "tail_tip": 0.35, "tail_rise_deg": -44.0,
    "tail_curl_deg": -34.0, "tail_high": 0.62,
}  # fmt: skip

CATTLE: Mapping[str, Any] = {
    **HORSE, "depth": 0.245, "width": 0.200, "chest": 1.06, "belly": 1.06, "rump": 0.98, "legs": 0.56,
    "leg_radius": 0.060, "shank": 0.66, "foot": "cloven", "paw": 0.062, "stance": 0.120, "neck": 0.22,
    "neck_rise_deg": 20.0, "neck_radius": 0.130, "neck_wide": 0.80, "throat": 0.78, "head": 0.150, "mane": 0.0,
    "head_drop_deg": 38.0, "face_wide": 0.95, "snout": 1.0, "snout_radius": 0.60, "snout_end": 0.90, "horns": 1.0,
    "horn_at": -0.38,
    "horn_rise_deg": 60.0, "horn_curl_deg": 40.0, "horn_spread": 1.3, "ears": "side", "ear": 0.80, "ear_wide": 0.36,
    "tail": 0.62, "tail_radius": 0.022, "tail_root": 1.4, "tail_tip": 0.8, "tail_rise_deg": -78.0,
    "tail_curl_deg": -8.0, "tuft": 0.050,
}  # fmt: skip

DEER: Mapping[str, Any] = {
    **HORSE, "depth": 0.158, "width": 0.118, "chest": 1.06, "belly": 0.86, "legs": 0.68, "leg_radius": 0.038,
    "shank": 0.58, "foot": "cloven", "paw": 0.042, "stance": 0.078, "neck": 0.38, "neck_rise_deg": 62.0,
    "neck_radius": 0.066, "neck_wide": 0.8, "throat": 0.74, "head": 0.108, "head_drop_deg": 24.0, "face_wide": 0.90,
    "snout": 1.05, "snout_radius": 0.52, "snout_end": 0.62, "mane": 0.0, "ears": "side", "ear": 0.90,
    "ear_wide": 0.32, "eye": 0.18, "tail": 0.12, "tail_radius": 0.040, "tail_rise_deg": 10.0, "tail_curl_deg": 30.0,
}  # fmt: skip

CAMEL: Mapping[str, Any] = {
    **DEER, "depth": 0.205, "width": 0.165, "belly": 0.96, "legs": 0.80, "leg_radius": 0.048, "shank": 0.66,
    "paw": 0.066, "stance": 0.105, "neck": 0.56, "neck_rise_deg": 44.0, "neck_radius": 0.072, "throat": 0.70,
    "head": 0.112, "snout": 1.20, "snout_radius": 0.54, "snout_end": 0.80, "head_drop_deg": 10.0, "ears": "leaf",
    "ear": 0.50, "tail": 0.42, "tail_radius": 0.022, "tail_rise_deg": -70.0, "tail_curl_deg": -10.0, "tuft": 0.04,
}  # fmt: skip

PIG: Mapping[str, Any] = {
    "depth": 0.250, "width": 0.210, "belly": 1.06, "legs": 0.40, "leg_radius": 0.060, "shank": 0.76, "bow": 0.8,
    "foot": "cloven", "paw": 0.056, "stance": 0.118, "neck": 0.14, "neck_rise_deg": 8.0, "neck_radius": 0.175,
    "throat": 0.78, "head": 0.190, "head_drop_deg": 14.0, "cheek": 0.66, "snout": 0.66, "snout_radius": 0.52,
    "snout_end": 0.86, "nose": "disc", "eye": 0.11, "eye_out_deg": 50.0, "eye_up_deg": 22.0, "ears": "leaf",
    "ear": 0.66, "ear_wide": 0.42, "tail": 0.34, "tail_radius": 0.020, "tail_rise_deg": 30.0, "tail_curl_deg": 420.0,
}  # fmt: skip

HOOFED: Mapping[str, Mapping[str, Any]] = {
    "horse": {**HORSE, "legs": 0.74, "neck": 0.43, "belly": 0.90, "tail_radius": 0.070},
    "pony": {**HORSE, "legs": 0.44, "depth": 0.235, "width": 0.190, "belly": 1.08, "leg_radius": 0.058, "paw": 0.064,
             "neck": 0.26, "neck_radius": 0.112, "head": 0.150, "snout": 1.45, "ear": 0.50, "mane": 1.15, "tail": 0.66,
             "tail_radius": 0.095, "tail_tip": 0.5},
    "zebra": {**HORSE, "depth": 0.215, "width": 0.165, "belly": 1.04, "legs": 0.56, "neck": 0.30, "neck_radius": 0.096,
              "head": 0.128, "snout": 1.55, "snout_end": 0.84, "mane": 1.3, "tail": 0.56, "tail_radius": 0.024,
              "tail_root": 1.1, "tail_rise_deg": -66.0, "tail_curl_deg": -14.0, "tuft": 0.05, "ears": "round",
              "ear": 0.70},
    "donkey": {**HORSE, "ear": 1.45, "ear_wide": 0.30, "neck": 0.32, "neck_rise_deg": 42.0, "legs": 0.54,
               "head": 0.150, "mane": 0.3, "tail_radius": 0.022, "tail_root": 1.2, "tuft": 0.045},
    "unicorn": {**HORSE, "mane": 0.9, "nose_horns": 1, "nose_horn": 3.0, "nose_horn_at": 0.50, "nose_horn_up": 0.66,
                "nose_horn_radius": 0.19, "neck_rise_deg": 58.0, "tail_radius": 0.072},
    "cow": {**CATTLE, "udder": 0.085},
    "bull": {**CATTLE, "chest": 1.16, "shoulder": 1.25, "humps": 1, "hump": 0.16, "hump_at": 0.30, "hump_long": 0.26,
             "neck_radius": 0.165, "throat": 0.92, "horns": 1.4, "horn_radius": 0.20, "neck_rise_deg": 12.0},
    "bison": {**CATTLE, "chest": 1.22, "rump": 0.80, "belly": 0.98, "humps": 1, "hump": 0.24, "hump_at": 0.26,
              "hump_long": 0.32, "neck": 0.16, "neck_rise_deg": -6.0, "neck_radius": 0.180, "throat": 0.86,
              "neck_wide": 0.95, "fleece": 0.018, "head": 0.165, "horns": 0.9, "legs": 0.52, "ear": 0.5},
    "buffalo": {**CATTLE, "chest": 1.12, "horns": 1.9, "horn_radius": 0.24, "horn_rise_deg": 150.0,
                "horn_curl_deg": -120.0, "horn_spread": 1.5, "neck_rise_deg": 8.0, "neck_radius": 0.150},
    "ox": {**CATTLE, "chest": 1.10, "horns": 1.9, "horn_rise_deg": 70.0, "horn_curl_deg": 20.0, "horn_spread": 1.7,
           "horn_out": 0.25},
    "goat": {**CATTLE, "depth": 0.205, "width": 0.160, "legs": 0.50, "leg_radius": 0.046, "paw": 0.050,
             "neck": 0.26, "neck_rise_deg": 50.0, "neck_radius": 0.092, "head": 0.125, "snout": 0.98,
             "snout_end": 0.70, "horns": 1.7, "horn_rise_deg": 96.0, "horn_curl_deg": 80.0, "horn_spread": 0.5,
             "tail": 0.14, "tail_rise_deg": 50.0, "tail_curl_deg": 20.0, "tail_radius": 0.030, "tuft": 0.0,
             "beard": 0.8},
    "ram": {**CATTLE, "depth": 0.240, "width": 0.210, "fleece": 0.026, "legs": 0.46, "leg_radius": 0.046,
            "paw": 0.050, "neck": 0.20, "neck_rise_deg": 40.0, "head": 0.140, "snout": 0.90, "snout_end": 0.72,
            "horns": 2.7, "horn_rise_deg": 120.0, "horn_curl_deg": 330.0, "horn_spread": 0.5, "horn_out": 0.16,
            "horn_radius": 0.24, "tail": 0.10, "tail_radius": 0.050, "tail_rise_deg": -50.0, "tuft": 0.0},
    "sheep": {**CATTLE, "depth": 0.270, "width": 0.240, "belly": 1.04, "fleece": 0.032, "legs": 0.46,
              "leg_radius": 0.046, "paw": 0.050, "neck": 0.18, "neck_rise_deg": 40.0, "neck_radius": 0.120,
              "head": 0.135, "snout": 0.86, "snout_end": 0.70, "horns": 0.0, "ear": 0.80, "tail": 0.08,
              "tail_radius": 0.060, "tail_rise_deg": -40.0, "tuft": 0.0},
    "deer": {**DEER, "antlers": "branched"},
    "doe": {**DEER},
    "moose": {**DEER, "depth": 0.215, "width": 0.165, "chest": 1.14, "humps": 1, "hump": 0.14, "hump_at": 0.28,
              "hump_long": 0.22, "legs": 0.76, "leg_radius": 0.050, "paw": 0.058, "stance": 0.100, "neck": 0.26,
              "neck_rise_deg": 26.0, "neck_radius": 0.110, "throat": 0.82, "head": 0.135, "snout": 1.50,
              "snout_radius": 0.52, "snout_end": 0.96, "head_drop_deg": 34.0, "antlers": "palmate", "beard": 1.0},
    "antelope": {**DEER, "horns": 2.3, "horn_rise_deg": 84.0, "horn_curl_deg": 34.0, "horn_spread": 0.3,
                 "horn_out": 0.10, "horn_radius": 0.15, "tail": 0.22, "tail_rise_deg": -60.0, "tail_radius": 0.022,
                 "tuft": 0.03},
    "camel": {**CAMEL, "humps": 1, "hump": 0.25},
    "bactrian camel": {**CAMEL, "humps": 2, "hump": 0.25},
    "llama": {**CAMEL, "legs": 0.58, "fleece": 0.016, "neck": 0.50, "neck_rise_deg": 74.0, "neck_radius": 0.085,
              "head": 0.112, "snout": 0.95, "ears": "leaf", "ear": 1.0, "ear_wide": 0.28, "tail": 0.14,
              "tail_radius": 0.05, "tail_rise_deg": 20.0, "tuft": 0.0},
    "giraffe": {**CAMEL, "depth": 0.200, "width": 0.150, "pitch_deg": 11.0, "legs": 0.96, "leg_radius": 0.052,
                "neck": 1.22, "neck_rise_deg": 60.0, "neck_radius": 0.078, "throat": 0.80, "mane": 0.35,
                "snout": 1.30, "snout_end": 0.62, "head_drop_deg": 26.0, "horns": 0.50, "horn_radius": 0.13,
                "horn_tip": 1.0, "horn_spread": 0.1, "ears": "side", "ear": 0.85, "tail": 0.50, "tuft": 0.045},
    "pig": {**PIG},
    "boar": {**PIG, "chest": 1.14, "rump": 0.86, "depth": 0.240, "humps": 1, "hump": 0.14, "hump_at": 0.24,
             "hump_long": 0.30, "legs": 0.44, "mane": 0.5, "head": 0.180, "snout": 1.15, "snout_radius": 0.46,
             "snout_end": 0.72, "head_drop_deg": 24.0, "ear": 0.56, "ear_wide": 0.30, "tusks": 0.50, "tusk_at": 1.2,
             "tail_rise_deg": -60.0, "tail_curl_deg": 0.0, "tuft": 0.035},
    "anteater": {**DEER, "depth": 0.185, "width": 0.150, "legs": 0.42, "leg_radius": 0.058, "foot": "paw",
                 "paw": 0.066, "shank": 0.9, "neck": 0.22, "neck_rise_deg": 6.0, "neck_radius": 0.090, "head": 0.100,
                 "snout": 3.2, "snout_radius": 0.60, "snout_end": 0.36, "head_drop_deg": 22.0, "ears": "round",
                 "ear": 0.44, "tail": 0.90, "tail_radius": 0.140, "tail_root": 0.45, "tail_tip": 0.3,
                 "tail_rise_deg": -16.0, "tail_curl_deg": -14.0, "nose": "none"},
}  # fmt: skip
