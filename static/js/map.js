// A map beside a list: every element with data-map (templates/components/map.html).
// The list says the same: without this script, or with a screen reader, nothing is missed.
// The communes' outlines come from this site; tiles of another server only when asked for.
"use strict";

const CELL = 44; // pixels: closer points become one group

function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function popupFor(point) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = point.url;
  link.textContent = point.name;
  box.append(link);
  if (point.detail) {
    const detail = document.createElement("div");
    detail.textContent = point.detail;
    box.append(detail);
  }
  return box;
}

// Points that share a cell of the window's grid at this zoom, together.
function grouped(map, points) {
  const cells = new Map();
  points.forEach((point) => {
    const place = map.project([point.lat, point.lng]);
    const key = `${Math.floor(place.x / CELL)}:${Math.floor(place.y / CELL)}`;
    cells.set(key, [...(cells.get(key) ?? []), point]);
  });
  return [...cells.values()];
}

function marker(map, group) {
  const bounds = L.latLngBounds(group.map((point) => [point.lat, point.lng]));
  const isOne = group.length === 1;
  const icon = L.divIcon({
    className: isOne ? "map-point" : "map-point map-group",
    html: isOne ? "" : String(group.length),
    iconSize: isOne ? [26, 26] : [38, 38],
  });
  const found = L.marker(bounds.getCenter(), { icon, keyboard: false });
  const isOneSpot = bounds.getSouthWest().equals(bounds.getNorthEast());
  if (isOneSpot || map.getZoom() === map.getMaxZoom()) {
    const box = document.createElement("div");
    group.slice(0, 8).forEach((point) => box.append(popupFor(point)));
    return found.bindPopup(box, { maxHeight: 220 });
  }
  return found.on("click", () => map.fitBounds(bounds, { padding: [40, 40] }));
}

async function drawOutlines(map, address) {
  try {
    const { origin, step, lines } = await (await fetch(address)).json();
    const drawn = lines.map((numbers) => {
      let [x, y] = [0, 0];
      const line = [];
      for (let i = 0; i < numbers.length; i += 2) {
        x += numbers[i];
        y += numbers[i + 1];
        line.push([origin[1] + y * step, origin[0] + x * step]);
      }
      return line;
    });
    L.polyline(drawn, { className: "map-outline", interactive: false }).addTo(map);
  } catch {
    // Offline: the points are drawn on an empty background.
  }
}

function offerTiles(map, box, button) {
  const status = box.querySelector("[data-map-status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const tiles = L.tileLayer(button.dataset.tiles, {
      attribution: button.dataset.credit,
      maxZoom: map.getMaxZoom(),
    });
    tiles.once("tileerror", () => {
      tiles.remove();
      status.textContent = "Le fond de carte ne répond pas. Les contours des communes restent.";
      button.hidden = false;
    });
    status.textContent = "";
    button.hidden = true;
    tiles.addTo(map);
  });
}

function draw(box) {
  const { points, centre, km } = readJson(box.dataset.map);
  box.hidden = false;
  const map = L.map(box.querySelector("[data-map-window]"), {
    keyboard: false,
    maxZoom: 18,
    minZoom: 7,
    zoomControl: false,
    scrollWheelZoom: false,
    fadeAnimation: false,
    zoomAnimation: false,
    markerZoomAnimation: false,
  });
  L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
  map.attributionControl.setPrefix(false);
  const bounds = L.latLngBounds(points.map((point) => [point.lat, point.lng]));
  if (centre) {
    const circle = L.circle(centre, { radius: km * 1000, className: "map-circle", interactive: false });
    bounds.extend(L.latLng(centre).toBounds(km * 2000));
    map.fitBounds(bounds);
    circle.addTo(map);
  } else {
    map.fitBounds(bounds, { padding: [30, 30], maxZoom: 12 });
  }
  drawOutlines(map, box.dataset.outlines);

  const layer = L.layerGroup().addTo(map);
  const redraw = () => {
    layer.clearLayers();
    grouped(map, points).forEach((group) => layer.addLayer(marker(map, group)));
  };
  map.on("zoomend", redraw);
  redraw();
  const button = box.querySelector("[data-tiles]");
  if (button) offerTiles(map, box, button);
}

document.querySelectorAll("[data-map]").forEach(draw);
