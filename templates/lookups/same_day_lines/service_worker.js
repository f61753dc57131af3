{% load static %}// Line pages once visited can be read without a network; the network always goes first.
"use strict";
const CACHE = "lignes-1";
const OFFLINE = "{% url "same_day_lines:offline" %}";
const SHELL = [OFFLINE, "{% url "same_day_lines:index" %}", "{% static "css/site.css" %}", "{% static "js/same-day-line.js" %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  };
  event.waitUntil(forget());
});

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected && !request.url.includes("?")) {
      await cache.put(request, response.clone());
    }
    return response;
  } catch {
    const isPage = request.mode === "navigate";
    return (await cache.match(request)) || (isPage && (await cache.match(OFFLINE))) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === self.location.origin) {
    event.respondWith(networkFirst(request));
  }
});
