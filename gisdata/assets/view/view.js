/* Draws the roads, routes, places and the side panel of a map from the JSON that stands beside it in the page.
 * Every text goes in through textContent, never as HTML. Positions arrive as whole numbers of 1e-5 degree. */
function drawView(map, view) {
  "use strict";

  const SCALE = 1e5;
  const ARROW_EVERY_PX = 120;
  const REACH_PX = 32;
  const DIMMED = 0.16, FILLED = 0.28;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* A line is [lon, lat, dlon, dlat, dlon, dlat, ...]: the first point, then steps. */
  function decode(steps) {
    const points = [];
    let lon = 0, lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      points.push(L.latLng(lat / SCALE, lon / SCALE));
    }
    return points;
  }

  // ---- lines that keep to the right of their road, with a white casing and arrows

  /* Lines of a group as rings of positions that know their lane; a line that begins where the last ended goes on. */
  function rings(lines) {
    const made = [];
    lines.forEach(function (line) {
      const points = decode(line.steps), last = made.length && made[made.length - 1];
      points.forEach(function (point) { point.lane = line.lane; });
      if (last && last[last.length - 1].equals(points[0])) last.push.apply(last, points.slice(1));
      else made.push(points);
    });
    return made;
  }

  function aside(points) {
    if (points.length < 2) return points;
    const clean = L.LineUtil.simplify(points, 0.8);
    return clean.map(function (point, i) {
      const before = clean[Math.max(i - 1, 0)], after = clean[Math.min(i + 1, clean.length - 1)];
      const a = unit(before, point) || unit(point, after), b = unit(point, after) || a;
      if (!a) return point;
      let x = -(a.y + b.y), y = a.x + b.x;
      const length = Math.hypot(x, y);
      if (length < 0.35) { x = -a.y; y = a.x; } else { const k = 2 / (length * length); x *= k; y *= k; }
      const px = asidePx(point.lane) * Math.min(1, 1.8 / Math.hypot(x, y));
      return L.point(point.x + x * px, point.y + y * px);
    });
  }

  function unit(from, to) {
    const dx = to.x - from.x, dy = to.y - from.y, length = Math.hypot(dx, dy);
    return length ? { x: dx / length, y: dy / length } : null;
  }

  const RouteLine = L.Polyline.extend({
    _projectLatlngs: function (latlngs, rings, bounds) {
      L.Polyline.prototype._projectLatlngs.call(this, latlngs, rings, bounds);
      if (latlngs[0] instanceof L.LatLng) {
        const ring = rings[rings.length - 1];
        ring.forEach(function (point, i) { point.lane = latlngs[i].lane; });
        rings[rings.length - 1] = aside(ring);
      }
    },
    _updateBounds: function () {  // what is redrawn when the line changes: lanes and arrows reach beyond its points
      if (!this._rawPxBounds) return;
      L.Polyline.prototype._updateBounds.call(this);
      const reach = L.point(REACH_PX, REACH_PX);
      this._pxBounds = L.bounds(this._pxBounds.min.subtract(reach), this._pxBounds.max.add(reach));
    },
    _updatePath: function () {
      const renderer = this._renderer, options = this.options;
      if (!renderer._drawing || !this._parts.length) return;
      const colour = options.color, dashes = options._dashArray;
      const weight = options.weight;
      options.weight = weight * lineScale();
      if (options.opacity > 0.5) {
        options.color = "#ffffff"; options.weight += 2.5; options._dashArray = null;
        renderer._updatePoly(this);
        options.color = colour; options.weight -= 2.5; options._dashArray = dashes;
      }
      renderer._updatePoly(this);
      if (options.opacity > 0.5) this._drawArrows(renderer._ctx);
      options.weight = weight;
    },
    _drawArrows: function (ctx) {
      const size = this.options.weight + 3.5, seen = this._renderer._bounds;
      ctx.globalAlpha = 1; ctx.fillStyle = this.options.color; ctx.strokeStyle = "#ffffff"; ctx.lineWidth = 1.2;
      ctx.setLineDash([]);
      let due = ARROW_EVERY_PX / 2;
      this._rings.forEach(function (ring) {
        for (let i = 1; i < ring.length; i++) {
          const from = ring[i - 1], along = unit(from, ring[i]), length = from.distanceTo(ring[i]);
          for (; due <= length; due += ARROW_EVERY_PX) {
            const x = from.x + along.x * due, y = from.y + along.y * due;
            if (seen.contains(L.point(x, y))) arrow(ctx, x, y, along, size);
          }
          due -= length;
        }
      });
    }
  });

  function arrow(ctx, x, y, along, size) {
    ctx.beginPath();
    ctx.moveTo(x + along.x * size, y + along.y * size);
    ctx.lineTo(x - along.x * size * 0.7 - along.y * size * 0.75, y - along.y * size * 0.7 + along.x * size * 0.75);
    ctx.lineTo(x - along.x * size * 0.3, y - along.y * size * 0.3);
    ctx.lineTo(x - along.x * size * 0.7 + along.y * size * 0.75, y - along.y * size * 0.7 - along.x * size * 0.75);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }

  function lineScale() { return Math.min(1, Math.max(0.6, (map.getZoom() - 6) / 8)); }

  /* How far right of its road a line runs: half a road's width when near, and one line further for each lane. */
  function asidePx(lane) {
    const near = Math.min(1, Math.max(0, (map.getZoom() - 11) / 3));
    return 3 * near + 4 * lane * (0.4 + 0.6 * near);
  }

  // ---- popups and markers

  function popup(head, colour, ink, label, rows) {
    const box = element("div", "rb-popup"), top = element("div", "rb-popup-head"), table = element("table");
    if (label) {
      const badge = element("span", "rb-badge", label);
      badge.style.background = colour;
      badge.style.color = ink;
      top.appendChild(badge);
    }
    top.appendChild(element("strong", "", head));
    rows.forEach(function (row) {
      const line = table.appendChild(element("tr"));
      line.appendChild(element("th", "", row[0]));
      line.appendChild(element("td", "", row[1]));
    });
    box.appendChild(top);
    box.appendChild(table);
    return box;
  }

  function marker(group, point) {
    const face = element("span", "rb-face", point.label);
    face.style.background = group.colour;
    face.style.color = group.ink;
    const size = point.shape === "depot" ? [26, 26] : [point.label.length > 3 ? 34 : 22, 22];
    const made = L.marker([point.at[1] / SCALE, point.at[0] / SCALE], {
      icon: L.divIcon({ className: "rb-mark rb-" + point.shape, html: face, iconSize: size,
        iconAnchor: [size[0] / 2 - 15 * point.shift, size[1] / 2] }),
      title: point.name, alt: point.name, keyboard: true, riseOnHover: true,
      zIndexOffset: point.shape === "depot" ? 2000 : point.shape === "unserved" ? 1000 : 0
    });
    return made.bindPopup(function () {
      return popup(point.name, group.colour, group.ink, point.label, point.rows);
    }, { maxWidth: 340, minWidth: 240 });
  }

  // ---- panes: roads below, then routes; only the routes listen to the mouse

  map.createPane("rb-roads").style.zIndex = 250;
  map.getPane("rb-roads").style.pointerEvents = "none";
  map.createPane("rb-routes").style.zIndex = 410;
  const roadCanvas = L.canvas({ pane: "rb-roads", padding: 0.3 });
  const routeCanvas = L.canvas({ pane: "rb-routes", padding: 0.3, tolerance: 4 });

  const roads = view.roads.map(function (road) {
    return { zoom: road.zoom, weight: road.weight, shape: L.polyline(road.lines.map(decode), {
      pane: "rb-roads", renderer: roadCanvas, interactive: false, color: road.colour, weight: road.weight,
      opacity: 1, smoothFactor: 1.2 }) };
  });

  const groups = view.groups.map(function (group) {
    const layer = L.layerGroup();
    if (group.ties.length) {
      L.polyline(group.ties.map(decode), { pane: "rb-routes", renderer: routeCanvas, interactive: false,
        color: "#666666", weight: 1.2, dashArray: "2 3" }).addTo(layer);
    }
    const land = group.areas.length ? L.polygon(group.areas.map(function (area) { return area.map(decode); }), {
      pane: "rb-routes", renderer: routeCanvas, color: group.colour, weight: 1, opacity: 1, fillOpacity: FILLED,
      smoothFactor: 0.6 }) : null;
    if (land) {
      land.addTo(layer).bindPopup(function () {
        return popup(group.name, group.colour, group.ink, "", group.rows);
      }, { maxWidth: 340, minWidth: 240 });
    }
    const line = group.lines.length ? new RouteLine(rings(group.lines), {
      pane: "rb-routes", renderer: routeCanvas, color: group.colour, weight: 4, opacity: 1, dashArray: group.dash,
      lineCap: group.dash ? "butt" : "round", smoothFactor: 0.6 }) : null;
    if (line) {
      line.addTo(layer).bindPopup(function () {
        return popup(group.name, group.colour, group.ink, "", group.rows);
      }, { maxWidth: 340, minWidth: 240 });
      line.on("mouseover", function () { line.setStyle({ weight: 6 }); });
      line.on("mouseout", function () { line.setStyle({ weight: 4 }); });
    }
    const marks = group.points.map(function (point) { return marker(group, point).addTo(layer); });
    return { group: group, layer: layer.addTo(map), land: land, line: line, marks: marks };
  });

  // ---- what the zoom changes: small roads, their width, and whether stops have room for their numbers

  function suitZoom() {
    const zoom = map.getZoom();
    roads.forEach(function (road) {
      const shown = zoom >= road.zoom;
      if (shown !== map.hasLayer(road.shape)) map[shown ? "addLayer" : "removeLayer"](road.shape);
      if (shown) road.shape.setStyle({ weight: road.weight * Math.min(2.6, Math.max(0.55, Math.pow(1.35, zoom - 14))) });
    });
    roads.slice().reverse().forEach(function (road) { if (map.hasLayer(road.shape)) road.shape.bringToFront(); });
    const metresPerPx = 40075016.7 * Math.cos(map.getCenter().lat * Math.PI / 180) / Math.pow(2, zoom + 8);
    map.getContainer().classList.toggle("rb-crowded", view.spacing_m / metresPerPx < 15);
  }

  // ---- the panel: figures, find, one row a route

  let focused = null;

  function show(entry, shown) {
    map[shown ? "addLayer" : "removeLayer"](entry.layer);
    entry.box.checked = shown;
    emphasise();
  }

  function focus(entry) {
    focused = focused === entry ? null : entry;
    if (focused) {
      if (!map.hasLayer(entry.layer)) show(entry, true);
      const bounds = L.latLngBounds(entry.marks.map(function (mark) { return mark.getLatLng(); }));
      if (entry.line) bounds.extend(entry.line.getBounds());
      if (entry.land) bounds.extend(entry.land.getBounds());
      map.fitBounds(bounds, room());
    }
    emphasise();
  }

  function emphasise() {
    groups.forEach(function (entry) {
      const dim = focused !== null && entry !== focused && !entry.group.steady;
      entry.row.classList.toggle("rb-focused", entry === focused);
      if (entry.land) entry.land.setStyle({ opacity: dim ? DIMMED : 1, fillOpacity: dim ? 0 : FILLED });
      if (entry.line) {
        entry.line.setStyle({ opacity: dim ? DIMMED : 1 });
        if (entry === focused) entry.line.bringToFront();
      }
      entry.marks.forEach(function (mark) {
        const icon = mark.getElement();
        if (!icon) return;
        icon.classList.toggle("rb-dim", dim);
        icon.classList.toggle("rb-near", entry === focused);
      });
    });
  }

  function swatch(group) {
    const name = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(name, "svg"), line = document.createElementNS(name, "line");
    svg.setAttribute("class", "rb-swatch");
    svg.setAttribute("aria-hidden", "true");
    if (!group.lines.length && !group.areas.length) {
      const face = element("span", "rb-swatch rb-face rb-key-" + group.points[0].shape, group.points[0].label);
      face.style.background = group.colour;
      face.style.color = group.ink;
      return face;
    }
    Object.entries({ x1: 1, y1: 7, x2: 29, y2: 7, stroke: group.colour, "stroke-width": 5,
      "stroke-dasharray": group.dash || "none" }).forEach(function (pair) { line.setAttribute(pair[0], pair[1]); });
    svg.appendChild(line);
    return svg;
  }

  /* A long name is cut before its number, since van#1 and van#12 differ there. */
  function nameParts(name) {
    const what = element("span", "rb-what"), cut = name.lastIndexOf("#");
    what.appendChild(element("span", "rb-kind", cut > 0 ? name.slice(0, cut) : name));
    if (cut > 0) what.appendChild(element("span", "rb-number", name.slice(cut)));
    what.title = name;
    return what;
  }

  function row(entry) {
    const made = entry.row = element("div", "rb-row"), label = element("label"), text = element("button", "rb-name");
    const box = entry.box = element("input");
    box.type = "checkbox";
    box.checked = true;
    box.setAttribute("aria-label", "show " + entry.group.name);
    box.addEventListener("change", function () { show(entry, box.checked); });
    label.appendChild(box);
    label.appendChild(swatch(entry.group));
    text.type = "button";
    text.title = "Look at this one only; press again for all";
    text.appendChild(nameParts(entry.group.name));
    text.appendChild(element("span", "rb-note", entry.group.note));
    text.addEventListener("click", function () { focus(entry); });
    made.appendChild(label);
    made.appendChild(text);
    return made;
  }

  function finder() {
    const form = element("form", "rb-find"), input = element("input");
    let sought = "", next = 0;
    input.type = "search";
    input.placeholder = "Find an order, name or address";
    input.setAttribute("aria-label", input.placeholder);
    form.appendChild(input);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const wanted = input.value.trim().toLowerCase(), hits = [];
      if (!wanted) return;
      groups.forEach(function (entry) {
        entry.group.points.forEach(function (point, i) {
          const text = point.name + "\n" + point.rows.map(function (pair) { return pair[1]; }).join("\n");
          if (text.toLowerCase().includes(wanted)) hits.push([entry, entry.marks[i]]);
        });
      });
      next = wanted === sought ? next + 1 : 0;
      sought = wanted;
      input.classList.toggle("rb-none", !hits.length);
      if (!hits.length) return;
      const hit = hits[next % hits.length];
      show(hit[0], true);
      map.setView(hit[1].getLatLng(), Math.max(map.getZoom(), 15));
      hit[1].openPopup();
    });
    return form;
  }

  function panel() {
    const box = element("section", "rb-panel"), head = element("header"), body = element("div", "rb-body");
    const fold = element("button", "rb-fold", "–"), facts = element("dl"), list = element("div", "rb-list");
    head.appendChild(element("h1", "", view.title));
    fold.type = "button";
    fold.title = "Fold or unfold this panel";
    fold.addEventListener("click", function () {
      fold.textContent = box.classList.toggle("rb-folded") ? "+" : "–";
    });
    head.appendChild(fold);
    view.facts.forEach(function (fact) {
      const cell = facts.appendChild(element("div"));
      cell.appendChild(element("dt", "", fact[0]));
      cell.appendChild(element("dd", "", fact[1]));
    });
    groups.forEach(function (entry) { list.appendChild(row(entry)); });
    const all = element("div", "rb-all");
    [["Show all", true], ["Hide all", false]].forEach(function (choice) {
      const button = all.appendChild(element("button", "", choice[0]));
      button.type = "button";
      button.addEventListener("click", function () {
        focused = null;
        groups.forEach(function (entry) { show(entry, choice[1]); });
        if (choice[1]) map.fitBounds(view.bounds, room());
      });
    });
    const marks = groups.some(function (entry) { return entry.marks.length; });
    const parts = [facts, marks ? finder() : null, all, list];
    parts.concat(view.notes.map(function (note) { return element("p", "rb-foot", note); })).forEach(function (part) {
      if (part) body.appendChild(part);
    });
    box.appendChild(head);
    box.appendChild(body);
    if (map.getContainer().clientWidth < 640) fold.click();
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  }

  function room() {
    const wide = map.getContainer().clientWidth >= 640;
    return { paddingTopLeft: [30, 30], paddingBottomRight: [wide ? 350 : 30, 30], maxZoom: 17 };
  }

  const side = panel();
  map.getContainer().appendChild(side);
  map.attributionControl.setPrefix(false);
  map.attributionControl.setPosition("bottomleft");
  L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(map);
  const credit = element("span", "", view.attribution);
  map.attributionControl.addAttribution(credit.innerHTML);  // innerHTML of text is that text, escaped
  map.on("zoomend", suitZoom);
  map.on("layeradd", function (event) { if (event.layer instanceof L.Marker) emphasise(); });
  map.fitBounds(view.bounds, room());
  suitZoom();
  return { groups: groups, roads: roads };
}
