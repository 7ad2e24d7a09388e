cwlVersion: v1.2
class: CommandLineTool
baseCommand: sum
inputs: { number: int, text: "string?", mode: { type: { type: enum, symbols: [fast, slow] }, default: fast } }
outputs: { total: int, parts: "int[]" }
