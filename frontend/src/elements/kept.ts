/**
 * What somebody typed that the house has not got yet, kept on this device for its owner alone.
 *
 * It is locked with a key that the house hands to pages of that account only, so whoever signs in next on the same
 * machine can read nothing of it; signing out forgets it, and so do thirty days. A browser without cryptography
 * (a house without TLS) keeps it in the tab alone.
 */
export type Typed = { version: string; typed: Record<string, string>; unsent: boolean }

const PREFIX = 'gs-entry'
const LONGEST_MS = 30 * 24 * 3600 * 1000
const VECTOR_BYTES = 12

const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const text = (buffer: Uint8Array) => btoa(String.fromCharCode(...buffer))

export class Kept {
  #name: string
  #lock: string
  #turn = 0

  /** `owner`: the account; `what`: the form's address; `lock`: the account's key, in base64. */
  constructor(owner: string, what: string, lock: string) {
    this.#name = `${PREFIX} ${owner} ${what}`
    this.#lock = lock
    forgetOld()
  }

  async read(): Promise<Typed | null> {
    const [, kept] = (this.#store.getItem(this.#name) ?? '').split(' ')
    if (!kept) return null
    try {
      return JSON.parse(await this.#opened(kept))
    } catch {
      this.forget() // locked with another key: the house has been set up anew
      return null
    }
  }

  /** Keep it; of two writes the later one stays, whichever is locked first. */
  async write(typed: Typed): Promise<void> {
    const turn = ++this.#turn
    const locked = await this.#locked(JSON.stringify(typed))
    if (turn === this.#turn) this.#store.setItem(this.#name, `${Date.now()} ${locked}`)
  }

  forget(): void {
    this.#turn++
    this.#store.removeItem(this.#name)
  }

  get #store(): Storage {
    return crypto.subtle ? localStorage : sessionStorage
  }

  #key(): Promise<CryptoKey> {
    return crypto.subtle.importKey('raw', bytes(this.#lock), 'AES-GCM', false, ['encrypt', 'decrypt'])
  }

  async #locked(said: string): Promise<string> {
    const plain = new TextEncoder().encode(said)
    if (!crypto.subtle) return text(plain)
    const iv = crypto.getRandomValues(new Uint8Array(VECTOR_BYTES))
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await this.#key(), plain)
    return text(new Uint8Array([...iv, ...new Uint8Array(sealed)]))
  }

  async #opened(kept: string): Promise<string> {
    const all = bytes(kept)
    if (!crypto.subtle) return new TextDecoder().decode(all)
    const iv = all.slice(0, VECTOR_BYTES)
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await this.#key(), all.slice(VECTOR_BYTES))
    return new TextDecoder().decode(plain)
  }
}

/** The names of everything kept here, of one owner or of all. */
export function keptOf(owner = ''): string[] {
  return Object.keys(localStorage).filter((name) => name.startsWith(owner ? `${PREFIX} ${owner} ` : `${PREFIX} `))
}

export function forgetAllOf(owner: string): void {
  for (const name of keptOf(owner)) localStorage.removeItem(name)
}

function forgetOld(): void {
  for (const name of keptOf())
    if (Number(localStorage.getItem(name)?.split(' ')[0]) < Date.now() - LONGEST_MS) localStorage.removeItem(name)
}
