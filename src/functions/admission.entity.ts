import * as df from 'durable-functions';
import { openSettings } from '../shared/config/open-settings.ts';
import { emptyAdmission, type AdmissionState } from '../shared/domain/admission.ts';
import { admissionLimits, applyAdmission } from '../shared/admission/admission-operations.ts';

df.app.entity<AdmissionState>('admission', (context) => {
  const { df: entity } = context;
  const state: AdmissionState = { ...emptyAdmission(), ...entity.getState() };
  const limits = admissionLimits(openSettings().config, entity.entityKey);
  entity.return(applyAdmission(state, limits, entity.operationName ?? '', entity.getInput<unknown>(), Date.now()));
  entity.setState(state);
});
