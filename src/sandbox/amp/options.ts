/** What a test or a person may change about the simulated AMP while it runs. */
export interface BooksOptions {
  /** `distributions/create/` is refused while another distribution of the asset is pending. Default false. */
  refuseSecondOpenDistribution: boolean;
  /** After so long a token is no longer accepted; null: never. */
  tokenLifetimeSeconds: number | null;
  /** Issuances from now on are recorded without their blinders, as if another server had made them (`update-blinders`). */
  forgetIssuanceBlinders: boolean;
}

export const DEFAULT_OPTIONS: Readonly<BooksOptions> = {
  refuseSecondOpenDistribution: false,
  tokenLifetimeSeconds: null,
  forgetIssuanceBlinders: false,
};
