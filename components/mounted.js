// What a component makes of its markup, for as long as this is on the page.
//
// Streamlit lets go of a component and goes on with it as before when two runs draw it in quick
// succession. What was made then stays, with the words and the cursor in it: made anew, it would
// stand there twice.

const mounted = new WeakMap()

// Gives `component` to what `build` once made of the part `selector`; what a component returns.
// What is made has `update(component)`, and `close()` for when it is gone.
function mount(component, selector, build) {
  const root = component.parentElement
  const box = root.querySelector(selector)
  if (mounted.get(root)?.box !== box) {
    mounted.get(root)?.made.close()
    mounted.set(root, { box, made: build(box, root) })
  }
  mounted.get(root).made.update(component)
  return () => {
    setTimeout(() => {
      if (root.isConnected) return
      mounted.get(root)?.made.close()
      mounted.delete(root)
    })
  }
}
