/* Keeps every file of the page on the device. `precache.js` (written by `auscult serve`) names them, and a version that changes
   with any of them. */

"use strict";

importScripts("precache.js");

const CACHE = `auscult-${self.PRECACHE.version}`;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(self.PRECACHE.files.map((place) => new Request(place, { cache: "no-cache" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("auscult-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const place = address.pathname.endsWith("/") ? new URL("index.html", address).href : event.request.url;
    return (await cache.match(place, { ignoreSearch: true })) ?? fetch(event.request);
  };
  event.respondWith(answer());
});
