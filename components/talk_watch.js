// Looks for news of the room while somebody has it before them, and says once that they read it.
//
// A look costs the server next to nothing: it is no run of the page. A tab in the background does
// not look; it does as soon as somebody comes back to it.

// Together with the pause between the server's own looks: less than five seconds.
const LOOK_MS = 3300
// Who leaves at once has not read it.
const READ_MS = 2500

class Watch {
  constructor({ onNews, onRead }) {
    Object.assign(this, { onNews, onRead, shown: 0 })
    this.onShow = () => this.plan(0)
    document.addEventListener("visibilitychange", this.onShow)
  }

  // Called with every run: where to look, how much the reader has seen, whether they read it.
  update(watch) {
    const isNew = !this.watch
    this.watch = watch
    if (isNew) this.plan(LOOK_MS)
    if (watch.unread) this.reading ??= setTimeout(() => this.read(), READ_MS)
  }

  plan(milliseconds) {
    clearTimeout(this.timer)
    if (!document.hidden) this.timer = setTimeout(() => this.look(), milliseconds)
  }

  async look() {
    const { address, changes, notes, away } = this.watch
    try {
      const answer = await fetch(`${address}?changes=${changes}&notes=${notes}`, {
        cache: "no-store", signal: AbortSignal.timeout(LOOK_MS),
      })
      const said = answer.ok ? await answer.json() : { news: false, away }
      if (said.news || said.away !== away) this.onNews()
    } catch {
      // The server is away: Streamlit says so by itself.
    }
    if (!this.isClosed) this.plan(LOOK_MS)
  }

  read() {
    this.reading = undefined
    if (this.isClosed || !this.watch.unread) return
    if (!document.hidden) this.onRead()
    // Until the server has noted it.
    this.reading = setTimeout(() => this.read(), LOOK_MS)
  }

  close() {
    this.isClosed = true
    clearTimeout(this.timer)
    clearTimeout(this.reading)
    document.removeEventListener("visibilitychange", this.onShow)
  }
}
