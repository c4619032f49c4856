/** A longer reason tells a reader of one line nothing more, characters. */
const MAX_CHARACTERS = 200;
/** A path of this machine, down to its last name: where things lie on it is nobody's business. */
const FOLDERS = /(?:file:\/\/|[A-Za-z]:|\.{1,2})?(?:[\\/][^\\/\s'"():]+)*[\\/](?=[^\\/\s'"():]+)/g;

/** What an engine said of its own failure, in one line fit for a report: the first line that says something, short, and without the folders of paths. */
export function oneLine(said: unknown): string {
  const text = said instanceof Error ? said.message : String(said);
  const line = text.split('\n').find((candidate) => /\p{L}/u.test(candidate)) ?? '';
  const bare = line.trim().replace(FOLDERS, '');
  return bare.length <= MAX_CHARACTERS ? bare : `${bare.slice(0, MAX_CHARACTERS - 1)}…`;
}
