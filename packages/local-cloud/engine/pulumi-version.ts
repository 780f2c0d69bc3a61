/** The SST CLI asks its `pulumi` for exactly the version of `@pulumi/pulumi` in its platform, else it downloads one. */
export const pulumiVersion = 'v3.215.0'
