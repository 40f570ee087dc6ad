// Rings: there is something new, and the element that draws the talk may ask for it.

export default function (component) {
  globalThis.tandemTalk?.ring(component.data.draft)
}
