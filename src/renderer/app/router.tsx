import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
} from '@tanstack/react-router';
import { AllocationPage } from '../pages/allocations/allocation-page.tsx';
import { AllocationsPage } from '../pages/allocations/allocations-page.tsx';
import { ImportAllocationPage } from '../pages/allocations/import-allocation-page.tsx';
import { PlanPage } from '../pages/allocations/plan-page.tsx';
import { AssetsPage } from '../pages/assets/assets-page.tsx';
import { AuditPage } from '../pages/audit/audit-page.tsx';
import { CategoriesPage } from '../pages/categories/categories-page.tsx';
import { CustodyPage } from '../pages/custody/custody-page.tsx';
import { NewWalletPage } from '../pages/custody/new-wallet/new-wallet-page.tsx';
import { SetupPage } from '../pages/custody/new-wallet/setup-page.tsx';
import { SendPage } from '../pages/custody/send/send-page.tsx';
import { SpendPage } from '../pages/custody/spend/spend-page.tsx';
import { WalletPage } from '../pages/custody/wallet/wallet-page.tsx';
import { HoldersPage } from '../pages/holders/holders-page.tsx';
import { ImportHoldersPage } from '../pages/holders/import-holders-page.tsx';
import { ImportReviewPage } from '../pages/imports/import-review-page.tsx';
import { OperationPage } from '../pages/operations/operation-page.tsx';
import { OperationsPage } from '../pages/operations/operations-page.tsx';
import { OperationReviewPage } from '../pages/operations/signing/review-page.tsx';
import { PendingPage } from '../pages/operations/pending-page.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { NewProfilePage } from '../pages/profiles/new-profile-page.tsx';
import { ProfilesPage } from '../pages/profiles/profiles-page.tsx';
import { SettingsPage } from '../pages/settings/settings-page.tsx';
import { KeyPage } from '../pages/signer/key-page.tsx';
import { LoginPage } from '../pages/signer/login-page.tsx';
import { NewKeyPage } from '../pages/signer/new-key-page.tsx';
import { PairingPage } from '../pages/signer/pairing-page.tsx';
import { RequestPage } from '../pages/signer/request-page.tsx';
import { RequestsPage } from '../pages/signer/requests-page.tsx';
import { RestoreKeyPage } from '../pages/signer/restore-key-page.tsx';
import { SignersPage } from '../pages/signers/signers-page.tsx';
import { TreasuriesPage } from '../pages/signer/treasuries-page.tsx';
import { TreasurySendPage } from '../pages/treasury/send/treasury-send-page.tsx';
import { TreasuryPage } from '../pages/treasury/treasury-page.tsx';
import { Broken, NotFound } from './lost.tsx';
import { Root } from './root.tsx';
import * as searches from './searches.ts';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Broken });
const at = () => root;

// One constant each: written within the list they would lose their types.
const home = createRoute({
  getParentRoute: at,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', replace: true });
  },
});
const overview = createRoute({ getParentRoute: at, path: '/overview', component: OverviewPage });
const treasury = createRoute({
  getParentRoute: at,
  path: '/treasury',
  validateSearch: searches.treasurySearch,
  component: TreasuryPage,
});
const treasurySend = createRoute({
  getParentRoute: at,
  path: '/treasury/send',
  validateSearch: searches.treasurySendSearch,
  component: TreasurySendPage,
});
const custody = createRoute({
  getParentRoute: at,
  path: '/custody',
  validateSearch: searches.custodySearch,
  component: CustodyPage,
});
const newWallet = createRoute({
  getParentRoute: at,
  path: '/custody/new',
  validateSearch: searches.newWalletSearch,
  component: NewWalletPage,
});
const setup = createRoute({ getParentRoute: at, path: '/custody/setups/$setupId', component: SetupPage });
const spend = createRoute({ getParentRoute: at, path: '/custody/spends/$spendId', component: SpendPage });
const wallet = createRoute({
  getParentRoute: at,
  path: '/custody/$walletId',
  validateSearch: searches.walletSearch,
  component: WalletPage,
});
const walletSend = createRoute({
  getParentRoute: at,
  path: '/custody/$walletId/send',
  validateSearch: searches.walletSendSearch,
  component: SendPage,
});
const assets = createRoute({
  getParentRoute: at,
  path: '/assets',
  validateSearch: searches.assetsSearch,
  component: AssetsPage,
});
const holders = createRoute({
  getParentRoute: at,
  path: '/holders',
  validateSearch: searches.holdersSearch,
  component: HoldersPage,
});
const importHolders = createRoute({
  getParentRoute: at,
  path: '/holders/import',
  component: ImportHoldersPage,
});
const categories = createRoute({
  getParentRoute: at,
  path: '/categories',
  validateSearch: searches.categoriesSearch,
  component: CategoriesPage,
});
const allocations = createRoute({
  getParentRoute: at,
  path: '/allocations',
  validateSearch: searches.allocationsSearch,
  component: AllocationsPage,
});
const importAllocation = createRoute({
  getParentRoute: at,
  path: '/allocations/import',
  validateSearch: searches.chooseSearch,
  component: ImportAllocationPage,
});
const importReview = createRoute({
  getParentRoute: at,
  path: '/imports/$importId',
  validateSearch: searches.importSearch,
  component: ImportReviewPage,
});
const allocation = createRoute({
  getParentRoute: at,
  path: '/allocations/$allocationId',
  validateSearch: searches.allocationSearch,
  component: AllocationPage,
});
const plan = createRoute({
  getParentRoute: at,
  path: '/allocations/$allocationId/plan',
  validateSearch: searches.planSearch,
  component: PlanPage,
});
const operations = createRoute({
  getParentRoute: at,
  path: '/operations',
  validateSearch: searches.operationsSearch,
  component: OperationsPage,
});
const pending = createRoute({
  getParentRoute: at,
  path: '/operations/pending',
  validateSearch: searches.pendingSearch,
  component: PendingPage,
});
const operation = createRoute({
  getParentRoute: at,
  path: '/operations/$operationId',
  validateSearch: searches.operationSearch,
  component: OperationPage,
});
const operationReview = createRoute({
  getParentRoute: at,
  path: '/operations/$operationId/review',
  component: OperationReviewPage,
});
const signers = createRoute({
  getParentRoute: at,
  path: '/signers',
  validateSearch: searches.signersSearch,
  component: SignersPage,
});
const audit = createRoute({
  getParentRoute: at,
  path: '/audit',
  validateSearch: searches.auditSearch,
  component: AuditPage,
});
const settings = createRoute({
  getParentRoute: at,
  path: '/settings',
  validateSearch: searches.settingsSearch,
  component: SettingsPage,
});
const profiles = createRoute({ getParentRoute: at, path: '/profiles', component: ProfilesPage });
const newProfile = createRoute({
  getParentRoute: at,
  path: '/profiles/new',
  validateSearch: searches.newProfileSearch,
  component: NewProfilePage,
});

const requests = createRoute({
  getParentRoute: at,
  path: '/requests',
  validateSearch: searches.requestsSearch,
  component: RequestsPage,
});
const request = createRoute({ getParentRoute: at, path: '/requests/$requestId', component: RequestPage });
const login = createRoute({
  getParentRoute: at,
  path: '/requests/logins/$loginId',
  component: LoginPage,
});
const treasuries = createRoute({ getParentRoute: at, path: '/treasuries', component: TreasuriesPage });
const pairing = createRoute({
  getParentRoute: at,
  path: '/pairing',
  validateSearch: searches.pairingSearch,
  component: PairingPage,
});
const key = createRoute({ getParentRoute: at, path: '/key', component: KeyPage });
const newKey = createRoute({ getParentRoute: at, path: '/key/new', component: NewKeyPage });
const restoreKey = createRoute({ getParentRoute: at, path: '/key/restore', component: RestoreKeyPage });

const routeTree = root.addChildren([
  home,
  overview,
  treasury,
  treasurySend,
  custody,
  newWallet,
  setup,
  spend,
  wallet,
  walletSend,
  assets,
  holders,
  importHolders,
  categories,
  allocations,
  importAllocation,
  importReview,
  allocation,
  plan,
  operations,
  pending,
  operation,
  operationReview,
  signers,
  audit,
  settings,
  profiles,
  newProfile,
  requests,
  request,
  login,
  treasuries,
  pairing,
  key,
  newKey,
  restoreKey,
]);

/** Addresses live behind the hash: the same under loopback HTTP and under Electron's own scheme. */
export const router = createRouter({ routeTree, history: createHashHistory(), defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
