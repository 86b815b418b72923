/** The folder a run's artifacts go to (`.aider_logs/`), and files a user names. Paths are relative to the repository. */
export interface Artifacts {
  /** Writes a file below the logs folder and returns its path for a person. Missing folders are made. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}
