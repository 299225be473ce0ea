import * as df from 'durable-functions';
import { openContext } from '../shared/create-context.ts';
import { emptyAdmission, type AdmissionState } from '../shared/domain/admission.ts';
import { admissionLimits, applyAdmission } from '../shared/admission/admission-operations.ts';

df.app.entity<AdmissionState>('admission', (context) => {
  const { df: entity } = context;
  const state: AdmissionState = { ...emptyAdmission(), ...entity.getState() };
  const limits = admissionLimits(openContext().config, entity.entityKey);
  entity.return(applyAdmission(state, limits, entity.operationName ?? '', entity.getInput<unknown>(), Date.now()));
  entity.setState(state);
});
