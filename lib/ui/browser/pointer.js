// What a mouse, a pen or a finger does on a grid: it looks, and it draws strokes. A finger also scrolls and zooms.

const HOLD = 250; // ms a finger rests before it draws: a swipe is on its way by then
const SLIP = 8; // px a resting finger may slip
const CLICK = 700; // ms after a pointer's last event that its click may come

export class Pointer {
  /** Calls the hand's `over(event)` for any move, and `begin(event)`, `move(event)`, `end()` of a stroke; or `drop()`
   * instead of the end, where it was none: the finger scrolled, or a second one came. */
  constructor(element, hand) {
    Object.assign(this, { element, hand, first: null, drawing: false });
    element.onpointerdown = (event) => this.down(event);
    element.onpointermove = (event) => this.move(event);
    element.onpointerup = (event) => this.up(event);
    element.onpointercancel = () => this.drop();
    element.onclick = (event) => this.click(event);
    element.oncontextmenu = (event) => this.drawing && event.preventDefault(); // a long press while it draws
    element.addEventListener("touchmove", (event) => this.touchMove(event), { passive: false });
  }

  down(event) {
    this.seen = event.timeStamp;
    if (!event.isPrimary) return this.drop(); // a second finger
    this.end(); // of a stroke whose pointerup something swallowed
    if (event.button) return;
    this.first = event;
    if (event.pointerType === "touch") this.hold = setTimeout(() => this.begin(), HOLD);
    else {
      this.element.setPointerCapture(event.pointerId); // a finger has it anyway
      this.begin();
    }
  }

  begin() {
    clearTimeout(this.hold);
    this.drawing = true;
    this.hand.begin(this.first);
  }

  move(event) {
    this.hand.over(event);
    if (event.pointerId !== this.first?.pointerId) return;
    if (!(event.buttons & 1)) return this.end();
    if (!this.drawing) this.decide(event);
    if (this.drawing) this.hand.move(event);
  }

  /** A finger that has moved before it rested draws sideways, and scrolls up and down. */
  decide(event) {
    const [x, y] = [Math.abs(event.clientX - this.first.clientX), Math.abs(event.clientY - this.first.clientY)];
    if (Math.max(x, y) < SLIP) return;
    if (x > y) this.begin();
    else this.drop();
  }

  up(event) {
    this.seen = event.timeStamp;
    if (event.pointerId !== this.first?.pointerId) return;
    if (!this.drawing) this.begin(); // a tap
    this.end();
  }

  /** A click that no pointer made: a screen reader's, on one cell. */
  click({ target, detail, timeStamp }) {
    if (target === this.element || (detail && timeStamp - this.seen < CLICK)) return;
    const { x, y, width, height } = target.getBoundingClientRect();
    this.first = { clientX: x + width / 2, clientY: y + height / 2 };
    this.begin();
    this.end();
  }

  /** The browser scrolls or zooms unless this says no. */
  touchMove(event) {
    if (event.touches.length > 1) this.drop();
    else if (this.drawing) event.preventDefault();
  }

  end = () => this.rest("end");
  drop = () => this.rest("drop");

  rest(how) {
    clearTimeout(this.hold);
    const { drawing } = this;
    [this.first, this.drawing] = [null, false];
    if (drawing) this.hand[how]();
  }
}
