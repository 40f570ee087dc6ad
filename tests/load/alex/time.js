// Reads a JSON list of texts and prints how many milliseconds alex takes for each: the median of ROUNDS.
import { text } from 'alex'

const ROUNDS = 15
let input = ''
for await (const part of process.stdin) input += part
const medians = JSON.parse(input).map((caption) => {
  const times = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint()
    text(caption)
    times.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]
})
console.log(JSON.stringify(medians))
