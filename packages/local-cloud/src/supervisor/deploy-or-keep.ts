/** What a deploy names as its remedy when a contract was activated and its file is older (control-plane/contracts/sync-contracts.ts). */
const remedy = 'npm run contracts -- pull'

/**
 * Deploys; where the files of contracts are behind what was activated, what the last start deployed goes on: the command
 * that mends it asks the running API. Any other failure is thrown, and this one, too, where nothing runs yet.
 */
export async function deployOrKeep(
  deploy: () => Promise<void>,
  former: { isDeployed: boolean; say: (text: string) => void },
): Promise<void> {
  try {
    await deploy()
  } catch (error) {
    if (!former.isDeployed || !(error instanceof Error) || !error.message.includes(remedy)) throw error
    former.say(
      `not deployed: contracts were activated whose files are older; what the last start deployed goes on. ${remedy} writes them, and they are deployed by themselves`,
    )
  }
}
