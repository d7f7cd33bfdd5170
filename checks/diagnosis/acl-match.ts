import { isInPrefix } from '../../harness/prefix.ts'

/** Fields of a packet as ACL matches name them (ovn-sb(5), "Logical_Flow.match"). What is not here is not known. */
export type Fields = Record<string, string | number | boolean>

/** Rows that a match calls by name: port groups (`@NAME`) and address sets (`$NAME`), as constants. */
export type Sets = Record<string, string[]>

const TOKEN = /\s*("[^"]*"|&&|\|\||[=!<>]=|[<>!(){},]|[@$]?[A-Za-z0-9_.:/[\]-]+)/y

/**
 * Whether a packet meets a match: `&&`, `||`, `!`, parentheses, comparisons with constants and sets.
 * undefined where that depends on something we do not know, or the match is written in a way we do not read.
 */
export function meets(match: string, fields: Fields, sets: Sets = {}): boolean | undefined {
  const tokens = tokensOf(match)
  if (!tokens) return undefined
  const parser = new Parser(tokens, fields, sets)
  const value = parser.either()
  return parser.isAtEnd ? value : undefined
}

function tokensOf(match: string): string[] | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const end = match.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(match)
    if (!found) return undefined
    tokens.push(found[1]!)
  }
  return tokens
}

type Maybe = boolean | undefined

class Parser {
  readonly #tokens: string[]
  readonly #fields: Fields
  readonly #sets: Sets
  #at = 0

  constructor(tokens: string[], fields: Fields, sets: Sets) {
    this.#tokens = tokens
    this.#fields = fields
    this.#sets = sets
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  either(): Maybe {
    let value = this.#all()
    while (this.#takes('||')) {
      const other = this.#all()
      value =
        value === true || other === true
          ? true
          : value === undefined || other === undefined
            ? undefined
            : false
    }
    return value
  }

  #all(): Maybe {
    let value = this.#one()
    while (this.#takes('&&')) {
      const other = this.#one()
      value =
        value === false || other === false
          ? false
          : value === undefined || other === undefined
            ? undefined
            : true
    }
    return value
  }

  #one(): Maybe {
    if (this.#takes('!')) {
      const value = this.#one()
      return value === undefined ? undefined : !value
    }
    if (this.#takes('(')) {
      const value = this.either()
      return this.#takes(')') ? value : this.#giveUp()
    }
    return this.#comparison()
  }

  #comparison(): Maybe {
    const name = this.#tokens[this.#at++] ?? ''
    const relation = this.#tokens[this.#at] ?? ''
    if (!/^([=!<>]=|[<>])$/.test(relation)) {
      if (name === '0' || name === '1') return name === '1'
      const value = this.#fields[name]
      return typeof value === 'boolean' ? value : undefined
    }
    this.#at++
    const constants = this.#constants()
    const field = this.#fields[name]
    if (field === undefined || (relation !== '==' && relation !== '!=')) return undefined
    const isOneOf = constants
      .flatMap(name => this.#sets[name] ?? [name])
      .map(constant => equals(field, constant))
    const found = isOneOf.includes(true) ? true : isOneOf.includes(undefined) ? undefined : false
    return found === undefined || relation === '==' ? found : !found
  }

  #constants(): string[] {
    if (!this.#takes('{')) return [this.#tokens[this.#at++] ?? '']
    const found: string[] = []
    while (!this.isAtEnd && !this.#takes('}')) if (!this.#takes(',')) found.push(this.#tokens[this.#at++]!)
    return found
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #giveUp(): undefined {
    this.#at = 0
    return undefined
  }
}

function equals(field: string | number | boolean, constant: string): Maybe {
  // A set nobody told us of.
  if (/^[@$]/.test(constant)) return undefined
  if (typeof field === 'number') return Number(constant) === field
  if (typeof field === 'boolean') return undefined
  if (constant.startsWith('"')) return constant.slice(1, -1) === field
  if (/^\d+\.\d+\.\d+\.\d+/.test(constant)) return isInPrefix(field, constant)
  return constant.toLowerCase() === field.toLowerCase()
}
