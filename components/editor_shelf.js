// What the fields of a draft keep in the browser. Comes first of the editor's files, which make one
// module.

const STALE_MS = 60000
const TOKEN = "tandem:open"

// One per document: a component may be mounted more than once.
const shared = (globalThis.tandemEditor ??= {
  page: Math.random().toString(36).slice(2, 12),
  seq: 0,
  adopted: new Map(),
  added: new Set(),
})

// -- what is kept in the browser -----------------------------------------------------------

function shelfName(data, part) {
  return ["tandem", data.profile, data.draft, part, ""].join(":")
}

function readEntry(name) {
  try {
    const entry = JSON.parse(localStorage.getItem(name))
    return entry && typeof entry.text === "string" ? entry : null
  } catch {
    return null
  }
}

function listNames() {
  try {
    return Object.keys(localStorage)
  } catch {
    return []
  }
}

function writeEntry(name, entry) {
  try {
    localStorage.setItem(name, JSON.stringify(entry))
    return true
  } catch {
    return false
  }
}

function dropEntry(name) {
  try {
    localStorage.removeItem(name)
  } catch {
    // A browser without storage had nothing to drop.
  }
}

// Signing out empties the storage. Windows that are still open must not fill it again: each
// remembers the token it found, and keeps nothing once that is gone.
function findToken() {
  try {
    const token = localStorage.getItem(TOKEN) || Math.random().toString(36).slice(2)
    localStorage.setItem(TOKEN, token)
    return token
  } catch {
    return null
  }
}

function isTokenGone() {
  return shared.token !== null && localStorage.getItem(TOKEN) !== shared.token
}

// Whether the window that wrote the entry is gone. Windows hold a lock while they live; browsers
// without locks (plain http on another machine) leave a note when they close, or grow stale.
async function isLeft(name, entry) {
  if (!navigator.locks) return Boolean(entry.left) || Date.now() - entry.at > STALE_MS
  const held = (await navigator.locks.query()).held ?? []
  return !held.some((lock) => lock.name === name)
}

function holdLock(name) {
  navigator.locks?.request(name, () => new Promise(() => {}))
}
