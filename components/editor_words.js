// Texts as the server keeps them, their fingerprints, and how long they are in words.

function clean(text) {
  const whole = text.toWellFormed ? text.toWellFormed() : text
  return whole.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "")
}

// One line, and nothing that turns the words around it; see one_line in components/format.py.
function cleanLine(text) {
  return clean(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim()
}

// The same as read_hashtags in services/posts.py.
function cleanTags(text) {
  const words = clean(text)
    .replace(/['\u2018\u2019]/g, "")
    .split(/[\s\x85#@.,;:!?"()<>\u060c\u3001\uff0c]+/)
  const found = new Map()
  for (const word of words) {
    const key = word.toLowerCase()
    if (word && !found.has(key)) found.set(key, "#" + word)
  }
  return [...found.values()].join(" ")
}

const TIDY = { long: clean, line: cleanLine, address: cleanLine, tags: cleanTags }

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1
  return n
})

// Length and CRC-32 of the UTF-16 units, low byte first; Python computes the same.
function fingerprint(text) {
  let crc = -1
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    crc = (crc >>> 8) ^ TABLE[(crc ^ unit) & 255]
    crc = (crc >>> 8) ^ TABLE[(crc ^ (unit >>> 8)) & 255]
  }
  return text.length + "-" + ((crc ^ -1) >>> 0).toString(16)
}

// -- lengths -----------------------------------------------------------------------------------

function number(n) {
  return n.toLocaleString("en")
}

function counted(n, one) {
  return `${number(n)} ${n === 1 ? one : one + "s"}`
}

function against(n, limit, limitName) {
  if (!limit) return ["", false]
  if (n > limit) return [`: ${number(n - limit)} over ${limitName}'s ${number(limit)}`, true]
  return [` of ${number(limit)} on ${limitName}`, false]
}

// How long a text is: the words to show, and whether it is too long.
function measure(text, { kind, limit, limitName, longest }) {
  if (kind === "tags") {
    const tags = text ? text.split(" ").length : 0
    const [rest, isOver] = against(tags, limit, limitName)
    return [tags || limit ? counted(tags, "hashtag") + rest : "", isOver]
  }
  if (kind !== "long") return ["", false]
  const characters = [...text].length
  const words = counted(text.split(/\s+/).filter(Boolean).length, "word")
  const length = counted(characters, "character")
  if (longest && characters > longest) {
    const over = `: ${number(characters - longest)} over the ${number(longest)} that can be sent`
    return [`${length}${over} · ${words}`, true]
  }
  const [rest, isOver] = against(characters, limit, limitName)
  return [`${length}${rest} · ${words}`, isOver]
}
