/** Folder of the tests' cloud, relative to the clone: it runs beside the one of `npm start`. */
export const testCloudBase = '.local/test-cloud'
