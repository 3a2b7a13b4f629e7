// What few people need to change: where chance begins, how many parts, how many points.

import type { Signal } from "@preact/signals";
import { PARTS_MAX, POINTS, randomSeed, SEED_MAX, wish } from "../core/wish";

export function Options({ shown }: { shown: Signal<boolean> }) {
  return (
    <div id="options" class="options" hidden={!shown.value}>
      <div class="seed">
        <Count label="Seed" of={wish.seed} min={0} max={SEED_MAX} required />
        <button
          type="button"
          onClick={() => {
            wish.seed.value = String(randomSeed());
          }}
        >
          Random
        </button>
      </div>
      <Count label="Parts" of={wish.parts} min={1} max={PARTS_MAX} placeholder="as many as it has" />
      <Count label="Points" of={wish.points} min={POINTS.min} max={POINTS.max} required />
      <p class="fine">The same words with the same seed make the same object.</p>
    </div>
  );
}

interface Counted {
  label: string;
  of: Signal<string>;
  min: number;
  max: number;
  placeholder?: string;
  required?: boolean;
}

function Count({ label, of, ...rest }: Counted) {
  return (
    <label>
      {label}
      <input
        type="number"
        inputMode="numeric"
        step={1}
        value={of}
        onInput={(event) => {
          of.value = event.currentTarget.value;
        }}
        {...rest}
      />
    </label>
  );
}
