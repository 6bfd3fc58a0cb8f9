/** Keeping the page on the device, so that it works without a network after the first visit. */

/** Start the service worker, once the page has all that it needs itself. */
export function keepForLater(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = (): void => {
    navigator.serviceWorker.register("sw.js").catch((error: unknown) => console.warn(error)); // the page works without it
  };
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
