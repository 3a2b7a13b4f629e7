// A room whose code is loaded when somebody comes into it.

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** Its component is loaded once. Where that fails (a new version was deployed meanwhile) there is a way on. */
export function lazy<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  let loading: Promise<ComponentType<Props>> | undefined;
  return function Lazy(props: Props) {
    const Loaded = useSignal<ComponentType<Props> | null>(null);
    const failed = useSignal(false);
    useEffect(() => {
      loading ??= load().then((module) => module.default);
      loading.then(
        (component) => {
          Loaded.value = component;
        },
        () => {
          loading = undefined;
          failed.value = true;
        },
      );
    }, []);
    const { value: Component } = Loaded;
    if (Component) return <Component {...props} />;
    if (!failed.value) return <p aria-busy="true">Loading</p>;
    return (
      <p role="alert">
        This part of the page could not be loaded.{" "}
        <button type="button" class="plain" onClick={() => location.reload()}>
          Load the page again
        </button>
      </p>
    );
  };
}
