/** A stimulus that comes with the program. The file lies in the package's `fixtures/stimuli` folder; reading it is the caller's part. */
export interface BundledStimulus {
  readonly name: string;
  readonly file: string;
  /** ISO 639-1. */
  readonly language: string;
  readonly talker: 'female' | 'male';
  readonly sha256: string;
}

/** Folder of the stimuli, from the package's root. */
export const STIMULI_FOLDER = 'fixtures/stimuli';

/** Everything bundled. The sums are those of fixtures/stimuli/stimuli.json, which also has texts, licences and lengths. */
export const BUNDLED_STIMULI: readonly BundledStimulus[] = [
  {
    name: 'en-female',
    file: 'en-female.wav',
    language: 'en',
    talker: 'female',
    sha256: '64bea50ad48698dc2fb435b158902600e6a9ec771cb782f6d23bce51a9145d1c',
  },
  {
    name: 'en-male',
    file: 'en-male.wav',
    language: 'en',
    talker: 'male',
    sha256: 'd94270c172eb76eddfb8d42da9cf89cafcf34ea481ba248a963f853e5c61490b',
  },
  {
    name: 'ru-male',
    file: 'ru-male.wav',
    language: 'ru',
    talker: 'male',
    sha256: '451b60f31cb80814a88e6ab469cf5e2e7649226419f951fa4086b52b478ca2d0',
  },
];

/** The bundled stimulus of that name, or null when there is none. */
export function findBundledStimulus(name: string): BundledStimulus | null {
  return BUNDLED_STIMULI.find((stimulus) => stimulus.name === name) ?? null;
}
