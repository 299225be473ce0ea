import type { Operation } from '../operation.ts';

/** Who the credential belongs to. */
export const scimMe: Operation = {
  name: 'scim/Me',
  method: 'GET',
  path: 'preview/scim/v2/Me',
  handle(_request, { identity }) {
    return {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: '1000000000000001',
      userName: identity.userName,
      displayName: 'Emulator',
      active: true,
      emails: [{ type: 'work', value: identity.userName, primary: true }],
    };
  },
};
