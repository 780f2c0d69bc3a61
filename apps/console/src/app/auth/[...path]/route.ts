import { forwardToApi } from '../../../proxy/forward-to-api.ts'

export const dynamic = 'force-dynamic'

export {
  forwardToApi as DELETE,
  forwardToApi as GET,
  forwardToApi as PATCH,
  forwardToApi as POST,
  forwardToApi as PUT,
}
