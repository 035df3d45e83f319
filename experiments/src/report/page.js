'use strict';
(function () {
  // Tables: a press on a heading sorts by its column, another one turns the order round.
  function key(row, column) {
    var cell = row.cells[column];
    var text = cell ? cell.textContent.trim() : '';
    var number = parseFloat(text);
    return { text: text, number: /^[-+.\d]/.test(text) ? number : NaN };
  }
  function compare(a, b) {
    var left = isNaN(a.number), right = isNaN(b.number);
    if (!left && !right) { return a.number - b.number; }
    if (left !== right) { return left ? 1 : -1; }
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  }
  document.querySelectorAll('table').forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      head.querySelector('button').addEventListener('click', function () {
        var sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
        var body = table.tBodies[0];
        var rows = Array.from(body.rows).map(function (row, at) { return { row: row, at: at, key: key(row, column) }; });
        rows.sort(function (a, b) { return sign * compare(a.key, b.key) || a.at - b.at; });
        rows.forEach(function (entry) { body.appendChild(entry.row); });
      });
    });
  });

  // Plots: the value nearest to the pointer, or the one that the arrow keys have reached.
  var REACH = 28;
  var tip = document.createElement('div');
  tip.id = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.appendChild(tip);
  document.querySelectorAll('.plot').forEach(function (box) {
    var svg = box.querySelector('svg');
    var title = svg.querySelector(':scope > title');
    if (title) { svg.setAttribute('aria-label', title.textContent); title.remove(); }
    var spots = Array.from(svg.querySelectorAll('g.values circle')).map(function (circle) {
      var says = circle.querySelector('title');
      var spot = { x: circle.cx.baseVal.value, y: circle.cy.baseVal.value, says: says ? says.textContent : '' };
      if (says) { says.remove(); }
      return spot;
    });
    if (!spots.length) { return; }
    var ring = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    ring.setAttribute('class', 'ring');
    ring.setAttribute('r', '90');
    ring.style.display = 'none';
    svg.appendChild(ring);
    var at = -1;
    function onScreen(spot) {
      var point = svg.createSVGPoint();
      point.x = spot.x;
      point.y = spot.y;
      return point.matrixTransform(svg.getScreenCTM());
    }
    function hide() { tip.hidden = true; ring.style.display = 'none'; at = -1; }
    function show(k) {
      if (k !== at) { tip.textContent = spots[k].says; }
      at = k;
      ring.setAttribute('cx', spots[k].x);
      ring.setAttribute('cy', spots[k].y);
      ring.style.display = '';
      tip.hidden = false;
      var place = onScreen(spots[k]);
      var left = Math.min(place.x + 12, window.innerWidth - tip.offsetWidth - 8);
      var top = place.y - tip.offsetHeight - 12;
      tip.style.left = Math.max(8, left) + 'px';
      tip.style.top = (top < 8 ? place.y + 16 : top) + 'px';
    }
    function near(event) {
      var best = -1, least = REACH * REACH;
      spots.forEach(function (spot, k) {
        var place = onScreen(spot);
        var distance = Math.pow(place.x - event.clientX, 2) + Math.pow(place.y - event.clientY, 2);
        if (distance < least) { least = distance; best = k; }
      });
      if (best < 0) { hide(); } else { show(best); }
    }
    svg.addEventListener('pointermove', near);
    svg.addEventListener('pointerdown', near);
    box.addEventListener('pointerleave', hide);
    box.addEventListener('blur', hide);
    box.addEventListener('keydown', function (event) {
      var last = spots.length - 1;
      var next = { ArrowRight: Math.min(at + 1, last), ArrowLeft: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
      if (event.key === 'Escape') { hide(); }
      if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) { return; }
      event.preventDefault();
      show(next);
    });
  });
}());
