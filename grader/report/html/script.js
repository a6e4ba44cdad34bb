"use strict";
// The page can be read without this. It adds to each timeline a way around it by keyboard, details, and zoom; to each
// order of steps, previous and next; and to each command, a copy of it. It asks nobody for anything.
(() => {
  const SPAN = 97; // percent of a plot's width from 0 to the end, as the page draws it
  const MOST_ZOOM = 64;

  const make = (name, words, action) => {
    const made = document.createElement(name);
    made.textContent = words;
    if (action) {
      made.type = "button";
      made.addEventListener("click", action);
    }
    return made;
  };
  const shape = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // Round numbers from 0 to the end; the same rule as in the page's own axis.
  const ticks = (end, most) => {
    const digit = 10 ** Math.floor(Math.log10(end / most));
    const step = [1, 2, 5, 10, 20].map((factor) => digit * factor).find((size) => end / size <= most + 1e-6);
    return Array.from({ length: Math.floor(end / step + 1e-6) + 1 }, (_, number) => step * number);
  };
  const seconds = (time) => String(Number(time.toFixed(6)));

  class Timeline {
    constructor(figure) {
      this.figure = figure;
      this.end = Number(figure.dataset.end);
      this.scroll = figure.querySelector(".tl-scroll");
      this.grid = figure.querySelector(".tl-sheet");
      this.plot = figure.querySelector(".tl-plot");
      this.axis = figure.querySelector(".tl-axis");
      this.detail = figure.querySelector(".tl-detail");
      this.lanes = [];
      this.zoom = 1;
      this.drawn = 0;
      this.addTools();
      this.detail.hidden = false;
      this.idle();
      // The rest waits until it comes into sight: a page may have a hundred timelines, most of them closed.
      this.sight = new IntersectionObserver((seen) => {
        if (seen.some((entry) => entry.isIntersecting)) this.wake();
      }, { rootMargin: "50%" });
      this.sight.observe(figure);
      for (const sign of ["focusin", "pointerenter"]) figure.addEventListener(sign, () => this.wake());
    }

    wake() {
      if (!this.sight) return;
      this.sight.disconnect();
      this.sight = null;
      this.lanes = [...this.plot.querySelectorAll(".tl-lane")]
        .map((lane) => [...lane.querySelectorAll(".s")].sort((one, other) => this.left(one) - this.left(other)))
        .filter((lane) => lane.length);
      this.plot.setAttribute("role", "group");
      for (const segment of this.lanes.flat()) this.prepare(segment);
      this.scroll.addEventListener("keydown", (event) => this.key(event));
      this.scroll.addEventListener("mouseleave", () => this.idle());
      this.scroll.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.setZoom(this.zoom * (event.deltaY < 0 ? 1.25 : 0.8), event.clientX);
      }, { passive: false });
      new ResizeObserver(() => this.fit()).observe(this.plot);
    }

    left(segment) {
      return parseFloat(segment.getAttribute("x"));
    }

    prepare(segment) {
      // Its title becomes its name, so that there aren't two hints at the same time.
      const title = segment.querySelector("title");
      segment.setAttribute("role", "img");
      segment.setAttribute("aria-label", title.textContent);
      segment.setAttribute("tabindex", -1);
      title.remove();
      const label = segment.querySelector("text");
      if (label) segment.full = label.textContent;
      segment.addEventListener("mouseenter", () => this.show(segment));
      segment.addEventListener("focus", () => this.show(segment));
      segment.addEventListener("click", () => segment.focus({ preventScroll: true }));
    }

    addTools() {
      const tools = make("div", "");
      tools.className = "tl-tools";
      tools.append(make("span", "What ran when"));
      const button = (words, label, action) => {
        const made = make("button", words, action);
        made.setAttribute("aria-label", label);
        tools.append(made);
        return made;
      };
      this.out = button("−", "Zoom out", () => this.setZoom(this.zoom / 2));
      this.into = button("+", "Zoom in", () => this.setZoom(this.zoom * 2));
      this.whole = button("Fit", "Show the whole time", () => this.setZoom(1));
      this.out.disabled = this.whole.disabled = true;
      this.figure.prepend(tools);
    }

    setZoom(zoom, x) {
      const box = this.scroll.getBoundingClientRect();
      const names = this.plot.parentElement.firstElementChild.getBoundingClientRect().width;
      const room = Math.max(box.width - names, 1);
      const at = x === undefined ? room / 2 : Math.min(Math.max(x - box.left - names, 0), room);
      const place = (this.scroll.scrollLeft + at) / (room * this.zoom);
      this.zoom = Math.min(Math.max(zoom, 1), MOST_ZOOM);
      this.grid.style.width = this.zoom === 1 ? "" : `${names + room * this.zoom}px`;
      this.scroll.scrollLeft = place * room * this.zoom - at;
      this.out.disabled = this.whole.disabled = this.zoom === 1;
      this.into.disabled = this.zoom === MOST_ZOOM;
    }

    // Draws the axis for the present width, and leaves out the words that have no room.
    fit() {
      const width = this.plot.getBoundingClientRect().width;
      if (!width || Math.abs(width - this.drawn) < 1) return;
      this.drawn = width;
      const marks = ticks(this.end, Math.max(2, Math.floor(width / 72)));
      const place = (mark) => `${(mark / this.end) * SPAN}%`;
      this.axis.replaceChildren(...marks.map((mark) => {
        const words = shape("text", { x: place(mark), y: 15, class: "tl-soft", "text-anchor": mark ? "middle" : "start" });
        words.textContent = seconds(mark);
        return words;
      }));
      const height = this.plot.getAttribute("height");
      this.plot.querySelector(".tl-ticks").replaceChildren(
        ...marks.map((mark) => shape("line", { x1: place(mark), x2: place(mark), y1: 0, y2: height })),
      );
      for (const segment of this.lanes.flat()) {
        if (!segment.full) continue;
        const label = segment.querySelector("text");
        const room = segment.getBoundingClientRect().width - 10;
        const number = /\d+$/.exec(segment.full);
        const fitting = [segment.full, ...(number ? [number[0]] : [])].find((words) => {
          label.classList.remove("n");
          label.textContent = words;
          return label.getComputedTextLength() <= room;
        });
        label.classList.toggle("n", fitting === undefined);
      }
    }

    idle() {
      this.figure.querySelector(".s.on")?.classList.remove("on");
      const focused = this.plot.contains(document.activeElement) ? document.activeElement : null;
      if (focused) {
        this.show(focused);
        return;
      }
      this.detail.classList.add("idle");
      this.detail.textContent = "Point at a bar, or go through them with the arrow keys; + and − zoom.";
    }

    show(segment) {
      this.figure.querySelector(".s.on")?.classList.remove("on");
      segment.classList.add("on");
      this.detail.classList.remove("idle");
      this.detail.textContent = segment.getAttribute("aria-label");
    }

    key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const zooms = { "+": 2, "=": 2, "-": 0.5, "0": 0 };
      if (event.key in zooms) {
        this.setZoom(this.zoom * zooms[event.key]);
        event.preventDefault();
        return;
      }
      const target = this.neighbour(document.activeElement, event.key);
      if (!target) return;
      event.preventDefault();
      target.focus({ preventScroll: true });
      this.reveal(target);
    }

    neighbour(now, key) {
      if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key)) return null;
      const row = this.lanes.findIndex((lane) => lane.includes(now));
      if (row < 0) return this.lanes[0]?.[0];
      const lane = this.lanes[row];
      const place = lane.indexOf(now);
      switch (key) {
        case "ArrowLeft": return lane[Math.max(place - 1, 0)];
        case "ArrowRight": return lane[Math.min(place + 1, lane.length - 1)];
        case "Home": return lane[0];
        case "End": return lane[lane.length - 1];
        default: {
          const other = this.lanes[row + (key === "ArrowUp" ? -1 : 1)] ?? lane;
          const away = (segment) => Math.abs(this.left(segment) - this.left(now));
          return other === lane ? now : other.reduce((best, segment) => (away(segment) < away(best) ? segment : best));
        }
      }
    }

    // Scrolls the timeline, and the page only if it must, until a segment is seen beside the names.
    reveal(segment) {
      const box = this.scroll.getBoundingClientRect();
      const bar = segment.getBoundingClientRect();
      const left = box.left + this.plot.parentElement.firstElementChild.getBoundingClientRect().width;
      if (bar.left < left || bar.left > box.right - 24) this.scroll.scrollLeft += bar.left - left - 12;
      if (bar.top < box.top + 30) this.scroll.scrollTop += bar.top - box.top - 30;
      else if (bar.bottom > box.bottom) this.scroll.scrollTop += bar.bottom - box.bottom + 8;
      if (bar.top < 0 || bar.bottom > innerHeight) segment.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  class Steps {
    constructor(box) {
      this.box = box;
      this.items = [...box.querySelectorAll(".step-list > li")];
      this.now = 0; // from 1; 0: none, so all of them are shown alike
      const tools = make("div", "");
      tools.className = "step-tools";
      tools.setAttribute("role", "group");
      tools.setAttribute("aria-label", "Step through the lines");
      this.previous = make("button", "Previous", () => this.go(this.now - 1));
      this.next = make("button", "Next", () => this.go(this.now + 1));
      this.all = make("button", "All", () => this.go(0));
      this.output = document.createElement("output");
      tools.append(this.previous, this.next, this.all, this.output);
      box.querySelector("h4").after(tools);
      tools.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: this.now - 1, ArrowRight: this.now + 1, Home: 1, End: this.items.length }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        this.go(step);
      });
      this.go(0);
    }

    go(step) {
      this.now = Math.min(Math.max(step, 0), this.items.length);
      this.box.classList.toggle("stepping", this.now > 0);
      this.items.forEach((item, index) => {
        item.classList.toggle("done", index + 1 < this.now);
        if (index + 1 === this.now) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      });
      // A button that has the focus keeps it, so it is never switched off.
      this.previous.setAttribute("aria-disabled", this.now === 0);
      this.next.setAttribute("aria-disabled", this.now === this.items.length);
      this.output.textContent = this.now ? this.told(this.items[this.now - 1]) : `${this.items.length} steps`;
      if (this.now) this.items[this.now - 1].scrollIntoView({ block: "nearest" });
    }

    told(item) {
      const words = (query) => item.querySelector(query)?.textContent ?? "";
      const did = words(".did");
      return `Step ${this.now} of ${this.items.length}: ${words("b")}, ${words(".at")}${did ? `, ${did}` : ""}`;
    }
  }

  const offerCopy = (command) => {
    const words = command.textContent;
    const button = make("button", "Copy", async () => {
      await navigator.clipboard.writeText(words);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    button.setAttribute("aria-label", "Copy this command");
    command.append(button);
  };

  // A link to something inside closed details opens them.
  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target?.scrollIntoView();
  };

  for (const figure of document.querySelectorAll(".timeline")) new Timeline(figure);
  for (const box of document.querySelectorAll(".steps")) new Steps(box);
  if (navigator.clipboard) document.querySelectorAll(".command").forEach(offerCopy);
  addEventListener("hashchange", openTarget);
  if (location.hash) openTarget();
})();
