// A room that is entered is announced: the focus goes to its heading, as soon as there is one.

/** Returns what gives up waiting for it. Whoever meanwhile went somewhere else with the focus stays there. */
export function focusHeading(): () => void {
  const left = document.activeElement;
  const main = document.getElementById("main");
  const found = () => {
    const heading = main?.querySelector("h1");
    if (!heading) return false;
    if ([left, document.body, main].includes(document.activeElement as HTMLElement)) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    return true;
  };
  scrollTo(0, 0);
  if (!main || found()) return () => {};
  const observer = new MutationObserver(() => found() && observer.disconnect());
  observer.observe(main, { childList: true, subtree: true });
  return () => observer.disconnect();
}
