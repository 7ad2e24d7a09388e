import type { RegisteredRoute } from '../route.ts'
import { listAppContainers } from './apps/containers.ts'
import { copyApp, copyAppRevision } from './apps/copy.ts'
import { createApp, createAppRevision } from './apps/create.ts'
import { getApp, getAppRevision } from './apps/get.ts'
import { getRawApp, getRawAppRevision } from './apps/get-raw.ts'
import { listApps } from './apps/list.ts'
import { listAppsByOwner, listAppsByProject } from './apps/list-short.ts'
import { syncApp } from './apps/sync.ts'
import { copyFilesLater } from './async/copy-files.ts'
import { deleteFilesLater } from './async/delete-files.ts'
import { getCopyJob, getDeleteJob, getMoveJob } from './async/get-file-job.ts'
import { listFileJobs } from './async/list-file-jobs.ts'
import { moveFilesLater } from './async/move-files.ts'
import { unknownFileJob } from './async/unknown.ts'
import {
  archiveAutomations,
  createAutomations,
  editAutomations,
  getAutomations,
  listAutomations,
  restoreAutomations,
} from './automations/automations.ts'
import {
  addAutomationsMembers,
  editAutomationsMembers,
  getAutomationsMembers,
  listAutomationsMembers,
  removeAutomationsMembers,
} from './automations/members.ts'
import {
  archiveAutomationsPackages,
  createAutomationsPackages,
  editAutomationsPackages,
  getAutomationsPackages,
  listAutomationsPackages,
  restoreAutomationsPackages,
} from './automations/packages.ts'
import {
  createAutomationsRuns,
  editAutomationsRuns,
  getAutomationsRuns,
  listAutomationsRuns,
  logAutomationsRuns,
  rerunAutomationsRuns,
  stateAutomationsRuns,
  stopAutomationsRuns,
} from './automations/runs.ts'
import {
  abortAutomationsUploads,
  beginAutomationsUploads,
  completeAutomationsUploads,
  getAutomationsUploads,
  getPartAutomationsUploads,
  reportPartAutomationsUploads,
  reportPartsAutomationsUploads,
} from './automations/uploads.ts'
import { listAnalyses } from './billing/analyses.ts'
import { getBreakdown } from './billing/breakdown.ts'
import { editGroup } from './billing/edit-group.ts'
import { listEgress } from './billing/egress.ts'
import { getBilling } from './billing/get-billing.ts'
import { getGroup } from './billing/get-group.ts'
import { getInvoice } from './billing/get-invoice.ts'
import { listGroups } from './billing/list-groups.ts'
import { listInvoices } from './billing/list-invoices.ts'
import { listStorage } from './billing/storage.ts'
import { deleteFilesInBulk } from './bulk/delete-files.ts'
import { editFilesInBulk } from './bulk/edit-files.ts'
import { getFilesInBulk } from './bulk/get-files.ts'
import { getTasksInBulk } from './bulk/get-tasks.ts'
import { updateFilesInBulk } from './bulk/update-files.ts'
import { deleteDatasets, editDatasets, getDatasets, listByOwnerDatasets, listDatasets } from './datasets/datasets.ts'
import {
  addDatasetsMembers,
  editPermissionsDatasetsMembers,
  getDatasetsMembers,
  getPermissionsDatasetsMembers,
  listDatasetsMembers,
  removeDatasetsMembers,
  replacePermissionsDatasetsMembers,
} from './datasets/members.ts'
import { getDivision } from './divisions/get.ts'
import { listDivisions } from './divisions/list.ts'
import { listDivisionTeams } from './divisions/teams.ts'
import { getDrsImport } from './drs/get.ts'
import { startDrsImport } from './drs/start.ts'
import { getExports } from './exports/bulk-get.ts'
import { startExports } from './exports/bulk-start.ts'
import { getExport } from './exports/get.ts'
import { listExports } from './exports/list.ts'
import { startExport } from './exports/start.ts'
import { copyFile } from './files/copy.ts'
import { copyManyFiles } from './files/copy-many.ts'
import { createFolder } from './files/create-folder.ts'
import { deleteFile } from './files/delete.ts'
import { downloadFile } from './files/download.ts'
import { getDownloadInfo } from './files/download-info.ts'
import { editFile } from './files/edit.ts'
import { getFile } from './files/get.ts'
import { getFileIds } from './files/get-ids.ts'
import { listFiles } from './files/list.ts'
import { listFolder } from './files/list-folder.ts'
import { editMetadata, getMetadata, replaceMetadata } from './files/metadata.ts'
import { moveFile } from './files/move.ts'
import { replaceTags } from './files/replace-tags.ts'
import { resolveOrigins } from './files/resolve-origins.ts'
import { scrollFiles, scrollFolder } from './files/scroll.ts'
import { searchFiles } from './files/search.ts'
import { createMarker } from './genome/create.ts'
import { deleteMarker } from './genome/delete.ts'
import { editMarker } from './genome/edit.ts'
import { getMarker } from './genome/get.ts'
import { listMarkers } from './genome/list.ts'
import { getImports } from './imports/bulk-get.ts'
import { startImports } from './imports/bulk-start.ts'
import { getImport } from './imports/get.ts'
import { listImports } from './imports/list.ts'
import { startImport } from './imports/start.ts'
import { addMember } from './members/add.ts'
import { getMember } from './members/get.ts'
import { listMembers } from './members/list.ts'
import { editPermissions, getPermissions, replacePermissions } from './members/permissions.ts'
import { removeMember } from './members/remove.ts'
import { sendFeedback } from './notifications/feedback.ts'
import { listProjectApps, listProjectFiles, listProjectTasks } from './projects/aliases.ts'
import { createProject } from './projects/create.ts'
import { deleteProject } from './projects/delete.ts'
import { editProject, editProjectByPost } from './projects/edit.ts'
import { getProject } from './projects/get.ts'
import { listProjects } from './projects/list.ts'
import { listProjectsByOwner } from './projects/list-by-owner.ts'
import { getDocs, getDocsAsset } from './root/docs.ts'
import { explainError } from './root/errors.ts'
import { getOpenApi } from './root/openapi.ts'
import { getRateLimit } from './root/rate-limit.ts'
import { root } from './root/root.ts'
import { abortTask } from './tasks/abort.ts'
import { cloneTask } from './tasks/clone.ts'
import { getComparison, listComparedOutputs, listComparedPairs } from './tasks/comparison.ts'
import { createTask } from './tasks/create.ts'
import { deleteTask } from './tasks/delete.ts'
import { getDeterminism } from './tasks/determinism.ts'
import { editTask } from './tasks/edit.ts'
import { getExecutionDetails, getExecutionDetailsAlias } from './tasks/execution-details.ts'
import { getTask } from './tasks/get.ts'
import { editTaskInputs, getTaskInputs } from './tasks/inputs.ts'
import { listJobs } from './tasks/jobs.ts'
import { getLineage } from './tasks/lineage.ts'
import { listTasks } from './tasks/list.ts'
import { runTask } from './tasks/run.ts'
import { unknownAction } from './tasks/unknown-action.ts'
import { verifyTask } from './tasks/verify.ts'
import { createTeam } from './teams/create.ts'
import { deleteTeam } from './teams/delete.ts'
import { editTeam } from './teams/edit.ts'
import { getTeam } from './teams/get.ts'
import { listTeams } from './teams/list.ts'
import { addTeamMember, listTeamMembers, removeTeamMember } from './teams/members.ts'
import { abortUpload } from './uploads/abort.ts'
import { beginUpload } from './uploads/begin.ts'
import { completeUpload } from './uploads/complete.ts'
import { getUpload } from './uploads/get.ts'
import { getUploadPart } from './uploads/get-part.ts'
import { listUploads } from './uploads/list.ts'
import { putUploadPart } from './uploads/put-part.ts'
import { reportUploadPart, reportUploadParts } from './uploads/report.ts'
import { uploadRoot } from './uploads/root.ts'
import { disableUser } from './users/disable.ts'
import { getCaller, getUser } from './users/get-user.ts'
import { listUsers } from './users/list.ts'
import { browseVolume } from './volumes/browse.ts'
import { createVolume } from './volumes/create.ts'
import { deleteVolume } from './volumes/delete.ts'
import { editVolume } from './volumes/edit.ts'
import { getVolume } from './volumes/get.ts'
import { getObject } from './volumes/get-object.ts'
import { listVolumes } from './volumes/list.ts'
import { listVolumesByOwner } from './volumes/list-by-owner.ts'
import { addVolumeMember } from './volumes/members/add.ts'
import { getVolumeMember } from './volumes/members/get.ts'
import { listVolumeMembers } from './volumes/members/list.ts'
import { editVolumePermissions, getVolumePermissions, replaceVolumePermissions } from './volumes/members/permissions.ts'
import { removeVolumeMember } from './volumes/members/remove.ts'

/** Every route, one of each call of the contract. */
export const routes: RegisteredRoute[] = [
  listAppContainers,
  copyApp,
  copyAppRevision,
  listAppsByOwner,
  listAppsByProject,
  syncApp,
  createApp,
  createAppRevision,
  getRawApp,
  getRawAppRevision,
  getApp,
  getAppRevision,
  listApps,
  getBreakdown,
  editGroup,
  listAnalyses,
  listStorage,
  listEgress,
  getInvoice,
  listInvoices,
  getBilling,
  getGroup,
  listGroups,
  copyFilesLater,
  moveFilesLater,
  deleteFilesLater,
  getCopyJob,
  getMoveJob,
  getDeleteJob,
  listFileJobs,
  unknownFileJob,
  getFilesInBulk,
  editFilesInBulk,
  updateFilesInBulk,
  deleteFilesInBulk,
  getTasksInBulk,
  copyFile,
  copyManyFiles,
  moveFile,
  getFileIds,
  resolveOrigins,
  scrollFiles,
  scrollFolder,
  searchFiles,
  createFolder,
  deleteFile,
  getDownloadInfo,
  downloadFile,
  editFile,
  getFile,
  listFolder,
  listFiles,
  getMetadata,
  editMetadata,
  replaceMetadata,
  replaceTags,
  listProjectFiles,
  listProjectTasks,
  listProjectApps,
  createProject,
  deleteProject,
  editProject,
  editProjectByPost,
  getProject,
  listProjectsByOwner,
  listProjects,
  getOpenApi,
  getDocs,
  getDocsAsset,
  explainError,
  getRateLimit,
  root,
  abortTask,
  cloneTask,
  createTask,
  deleteTask,
  editTask,
  getExecutionDetails,
  getExecutionDetailsAlias,
  listJobs,
  getComparison,
  listComparedOutputs,
  listComparedPairs,
  getLineage,
  verifyTask,
  getDeterminism,
  getTask,
  getTaskInputs,
  editTaskInputs,
  listTasks,
  runTask,
  unknownAction,
  abortUpload,
  beginUpload,
  completeUpload,
  getUploadPart,
  getUpload,
  listUploads,
  putUploadPart,
  reportUploadPart,
  reportUploadParts,
  uploadRoot,
  getDivision,
  listDivisions,
  listDivisionTeams,
  addMember,
  getMember,
  listMembers,
  getPermissions,
  editPermissions,
  replacePermissions,
  removeMember,
  createTeam,
  deleteTeam,
  editTeam,
  getTeam,
  listTeams,
  listTeamMembers,
  addTeamMember,
  removeTeamMember,
  disableUser,
  listUsers,
  getCaller,
  getUser,
  browseVolume,
  createVolume,
  deleteVolume,
  editVolume,
  getVolume,
  getObject,
  listVolumes,
  listVolumesByOwner,
  addVolumeMember,
  getVolumeMember,
  listVolumeMembers,
  editVolumePermissions,
  getVolumePermissions,
  replaceVolumePermissions,
  removeVolumeMember,
  getImports,
  startImports,
  getImport,
  listImports,
  startImport,
  getExports,
  startExports,
  getExport,
  listExports,
  startExport,
  listDatasets,
  listByOwnerDatasets,
  getDatasets,
  editDatasets,
  deleteDatasets,
  listDatasetsMembers,
  addDatasetsMembers,
  getDatasetsMembers,
  removeDatasetsMembers,
  getPermissionsDatasetsMembers,
  editPermissionsDatasetsMembers,
  replacePermissionsDatasetsMembers,
  listAutomations,
  createAutomations,
  getAutomations,
  editAutomations,
  archiveAutomations,
  restoreAutomations,
  listAutomationsMembers,
  addAutomationsMembers,
  getAutomationsMembers,
  editAutomationsMembers,
  removeAutomationsMembers,
  listAutomationsPackages,
  createAutomationsPackages,
  getAutomationsPackages,
  editAutomationsPackages,
  archiveAutomationsPackages,
  restoreAutomationsPackages,
  listAutomationsRuns,
  createAutomationsRuns,
  getAutomationsRuns,
  editAutomationsRuns,
  stopAutomationsRuns,
  rerunAutomationsRuns,
  stateAutomationsRuns,
  logAutomationsRuns,
  beginAutomationsUploads,
  getAutomationsUploads,
  reportPartsAutomationsUploads,
  abortAutomationsUploads,
  getPartAutomationsUploads,
  reportPartAutomationsUploads,
  completeAutomationsUploads,
  createMarker,
  deleteMarker,
  editMarker,
  getMarker,
  listMarkers,
  sendFeedback,
  startDrsImport,
  getDrsImport,
]
