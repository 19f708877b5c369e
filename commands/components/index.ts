// The list of buttons, selects and forms; nothing else.

import type { AnyComponent } from '../../src/discord/define-component.ts';
import { acceptTerms } from './accept-terms.ts';
import { newer, older } from './album.ts';
import { askModerator } from './ask-moderator.ts';
import { auditExport, auditNewer, auditOlder } from './audit-page.ts';
import { cancel } from './cancel.ts';
import { cancelFromQueue } from './cancel-from-queue.ts';
import { confirmBatch } from './confirm-batch.ts';
import { customZoom, customZoomForm } from './custom-zoom.ts';
import { deleteMyData, keepMyData } from './delete-my-data.ts';
import { dismissBatch } from './dismiss-batch.ts';
import { enlarge, enlargeAgain } from './enlarge.ts';
import { favourite } from './favourite.ts';
import { filterNewer, filterOlder } from './filter-page.ts';
import { forgetSetting } from './forget-setting.ts';
import { info } from './info.ts';
import { kept } from './kept.ts';
import { liftBans } from './lift-ban.ts';
import { liftTakedowns, takedownsNewer, takedownsOlder } from './lift-takedown.ts';
import { makeSquare } from './make-square.ts';
import { paintAgain } from './paint-again.ts';
import { pan } from './pan.ts';
import { postAgain } from './post-again.ts';
import { remix } from './remix.ts';
import { remixForm } from './remix-form.ts';
import { remove } from './remove.ts';
import { reportForm } from './report-form.ts';
import { reroll } from './reroll.ts';
import { banAsk, banForm, decide } from './review.ts';
import { queueCancel, queueCancelMember, queueNewer, queueOlder, queuePause, queueRefresh } from './server-queue.ts';
import {
  panelForm,
  panelFormSubmitted,
  panelPage,
  panelPick,
  panelReasons,
  panelRole,
  panelShare,
} from './settings-panel.ts';
import { upscale } from './upscale.ts';
import { variation } from './variation.ts';
import { vary } from './vary.ts';
import { varyRegion, varyRegionForm } from './vary-region.ts';
import { zoomOut } from './zoom-out.ts';

export const components: readonly AnyComponent[] = [
  upscale,
  variation,
  reroll,
  enlarge,
  enlargeAgain,
  vary,
  varyRegion,
  varyRegionForm,
  zoomOut,
  customZoom,
  customZoomForm,
  makeSquare,
  pan,
  favourite,
  remix,
  remixForm,
  info,
  remove,
  cancel,
  cancelFromQueue,
  kept,
  confirmBatch,
  dismissBatch,
  older,
  newer,
  postAgain,
  paintAgain,
  forgetSetting,
  acceptTerms,
  deleteMyData,
  keepMyData,
  liftBans,
  liftTakedowns,
  takedownsOlder,
  takedownsNewer,
  auditOlder,
  auditNewer,
  auditExport,
  queueOlder,
  queueNewer,
  queueRefresh,
  queueCancel,
  queueCancelMember,
  queuePause,
  filterOlder,
  filterNewer,
  panelPage,
  panelPick,
  panelReasons,
  panelRole,
  panelShare,
  panelForm,
  panelFormSubmitted,
  askModerator,
  decide,
  banAsk,
  banForm,
  reportForm,
];
