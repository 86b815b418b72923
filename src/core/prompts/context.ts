/** A file shown to a model. */
export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** What a PRD and a plan are written from, all of it as it stands at base. */
export interface RepositoryContext {
  /** Every path of the repository, `/` separated. */
  readonly tree: readonly string[];
  readonly readme?: string;
  readonly manifests: readonly NamedText[];
  /** Files the request names. */
  readonly named: readonly NamedText[];
  /** Aider's own map of the repository; '' when there is none. */
  readonly repositoryMap: string;
  readonly validation: readonly { readonly name: string; readonly run: string }[];
}
