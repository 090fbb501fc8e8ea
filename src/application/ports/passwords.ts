/** Slow hashes of passwords, each with its own salt and parameters in it. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * `outdated`: right, by parameters that are not those of now.
   * @param hash null: nobody's; it takes as long as a wrong password and is wrong
   */
  verify(password: string, hash: string | null): Promise<'right' | 'outdated' | 'wrong'>;
}
