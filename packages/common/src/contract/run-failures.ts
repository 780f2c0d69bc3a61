/** What to do about a code that a run, a topic of it or a pass carries. */
export type RunRemedy = {
  /** What happened, in one sentence. */
  cause: string
  whereToLook: string
  whatToDo: string
}

const given = (cause: string, whereToLook: string, whatToDo: string): RunRemedy => ({
  cause,
  whereToLook,
  whatToDo,
})

const jobLog = "The job run's log, linked from the pass."
const itself = 'Nothing: the dispatcher starts the open pass again by itself.'

/**
 * Code → what to do: UI, alerts and docs are rendered from this one list. None of these loses or repeats anything: the
 * checkpoint has not moved, and the next run resumes the open pass exactly.
 */
export const runFailures = {
  // Of a whole run
  TOPICS_FAILED: given(
    'Some topics of the run failed; the others went all the way.',
    'The failed topics of the run, each with its own reason.',
    'Follow the reason of each failed topic.',
  ),
  JOB_FAILED: given(
    'The Spark job ended with an error of its own.',
    jobLog,
    'Repair what the log names, then redrive the run.',
  ),
  JOB_TIMED_OUT: given(
    'The Spark job took longer than it may.',
    "The rows of the run's passes, and the job's metrics.",
    'Redrive with fewer topics, or give the job more workers.',
  ),
  JOB_STOPPED: given(
    'Somebody stopped the Spark job itself.',
    'The history of the Glue job.',
    'Redrive the run when the reason is over.',
  ),
  JOB_CONCURRENCY: given(
    'All places of the Glue job stayed taken for over an hour.',
    'Runs in progress, and the maximum of concurrent runs of the job.',
    itself,
  ),
  ACCESS_DENIED: given(
    'AWS refused a call of the run.',
    'The message names the call; compare the role of the machine, the job or the function.',
    'Repair the grant and deploy, then redrive the run.',
  ),
  STEP_FAILED: given(
    'A step of the state machine failed five times.',
    "The step's function in the logs; the database and S3 are what they all need.",
    'Repair what the log names; the dispatcher goes on by itself.',
  ),
  STEP_TIMED_OUT: given(
    'A step of the state machine took longer than it may.',
    "The step's function in the logs.",
    'Repair what the log names; the dispatcher goes on by itself.',
  ),
  STATE_TOO_LARGE: given(
    'The state of the execution passed 256 KiB.',
    "The execution's history in Step Functions.",
    'Report it as a defect: states carry counts and keys only.',
  ),
  INVALID_INPUT: given(
    'The input of the execution is not what the machine reads.',
    'The message names the member; docs/decisions/0006-passes-and-jobs.md shows the form.',
    'Start again with a right input.',
  ),
  FAILURE_UNRECORDED: given(
    'The run failed, and so did writing down why.',
    "The execution's history, and the log of record-failure.",
    'Make sure that the database answers; the rule on failed executions records it then.',
  ),
  RUN_FAILED: given(
    'The execution failed outside its own steps.',
    "The execution's history in Step Functions.",
    itself,
  ),
  RUN_TIMED_OUT: given(
    'The run took more than its twelve hours.',
    "The execution's history in Step Functions.",
    itself,
  ),
  RUN_STOPPED: given(
    'A person stopped the run; its jobs were stopped with it.',
    'The audit log, or who may stop executions in AWS.',
    'Redrive it when the reason is over; the dispatcher does it later by itself.',
  ),
  END_UNSEEN: given(
    'The execution had ended without the control plane seeing it; found by the minute check.',
    "The execution's history, and the rule on ended executions.",
    itself,
  ),
  // Of one topic or pass
  RAW_UNREADABLE: given(
    "The topic's RAW table is missing, or its metadata cannot be read.",
    'Glue, RAW database; the last deploy and its migration log.',
    'Deploy again (the migration creates the table), then redrive.',
  ),
  CONTRACT_MISSING: given(
    'The control plane knows no contract of the topic.',
    'Contracts; the last deploy and its migration log.',
    'Deploy again: the migration writes every contract of the repository.',
  ),
  RESULT_MISSING: given(
    'The job ended well and left no result for this pass.',
    jobLog,
    'Redrive; report it as a defect if it recurs.',
  ),
  RESULT_INVALID: given(
    "The job's result cannot be read, or is of another pass.",
    'The result object in the lake, and the message.',
    'Report it as a defect: job and control plane are of different versions.',
  ),
  LEASE_LOST: given(
    'Another run took the topic over while this one worked; nothing was written twice.',
    "The topic's runs at that time.",
    'Nothing: the other run repeats the pass.',
  ),
  LEASE_UNREADABLE: given(
    "The job could not read the topic's lease, and so did not commit.",
    'The object under leases/ in the lake bucket.',
    itself,
  ),
  RAW_NOT_APPEND_ONLY: given(
    'RAW holds a snapshot that is no append and is not marked as an operation of ours.',
    'The history of the RAW table: who overwrote or deleted?',
    'Rebuild the topic when the change was meant; restore the snapshot when it was not.',
  ),
  RAW_HISTORY_CHANGED: given(
    "The checkpoint's snapshot is no ancestor of the RAW table's head any more.",
    'The history of the RAW table: expired, rolled back or made anew?',
    'Rebuild the topic.',
  ),
  RAW_SNAPSHOT_MISSING: given(
    'A snapshot that the pass must read is gone from the RAW table.',
    'The history of the RAW table, and what expires its snapshots.',
    'Rebuild the topic.',
  ),
  SNAPSHOT_GONE: given(
    'A snapshot that the pass must read has expired.',
    'The tags of the table, and the last maintenance.',
    'Rebuild the topic.',
  ),
  TABLE_EMPTY: given(
    'The table that the pass reads has no snapshot.',
    'The history of the table.',
    'Rebuild the topic.',
  ),
  TABLE_INCOMPATIBLE: given(
    'A table is not as the contract says and cannot be altered to be so.',
    'The message names the column; compare the contract with the table.',
    'Change the contract, or rebuild the topic.',
  ),
  CURATED_BEHIND_CONTRACT: given(
    'The curated tables were written under an older contract than the semantic pass needs.',
    "The topic's curated passes and contract versions.",
    'Rebuild the curated layer of the topic.',
  ),
  COMMIT_CONFLICT: given(
    'Other writers won every commit of the pass.',
    'What else writes this table at that time.',
    itself,
  ),
  COMMIT_UNMARKED: given(
    'The commit of the pass does not carry its mark, so it cannot be told from others.',
    'The newest snapshot of the table.',
    'Report it as a defect, then rebuild the topic.',
  ),
  RULE_STOPPED_PASS: given(
    'A row broke a rule whose action is fail: the contract wants the whole pass stopped.',
    'The rule in the message, and the newest rows.',
    'Have the producer repair the data, or relax the rule and redrive.',
  ),
  RULE_NOT_PORTABLE: given(
    'A pattern of the contract means something else in Java than in JavaScript.',
    'The rule in the message.',
    'Write the pattern without the construct that the message names.',
  ),
  HASH_SECRET_MISSING: given(
    'The job cannot read the key for hashed columns.',
    "The job's role and the secret.",
    'Repair the grant and deploy, then redrive.',
  ),
  HELD_PASS_STALE: given(
    'A held pass no longer fits on the table: other rows were written since.',
    "The topic's semantic passes.",
    'Discard the held pass and run again.',
  ),
  KEYS_MISSING: given(
    'The list of keys to re-evaluate is gone.',
    'The object named in the pass.',
    'Plan the operation again.',
  ),
  NO_SCHEMA: given(
    'The contract of the pass names no columns.',
    "The topic's contract versions.",
    'Activate a contract with a schema.',
  ),
  PLAN_INCOMPLETE: given(
    'The plan of the job lacks what the pass needs.',
    'The plan object in the lake, and the message.',
    'Report it as a defect: job and control plane are of different versions.',
  ),
  STORE_UNAVAILABLE: given('S3 did not answer the job.', jobLog, itself),
  SPARK_FAILED: given(
    'Spark gave up on this pass.',
    jobLog,
    'Repair what the log names; the dispatcher tries again by itself.',
  ),
  COLUMN_TAKEN: given(
    'The curated table has a column under the name that a new path would get, and it is of no path.',
    'The columns of the table and their comments.',
    'Rename the foreign column, or rebuild the topic.',
  ),
  PLAN_UNSUITABLE: given(
    'The plan asks the job for something that its layer does not do.',
    'The plan object in the lake, and the message.',
    'Report it as a defect: job and control plane are of different versions.',
  ),
  // Of Snowflake
  SNOWFLAKE_UNAVAILABLE: given(
    'Snowflake could not be reached, or let us not in.',
    'The message; the secret and the network rules.',
    'Repair the access, then refresh the tables from the Snowflake page.',
  ),
  SNOWFLAKE_FAILED: given(
    'Snowflake refused a statement.',
    'The message is its own.',
    'Repair what it names, then refresh the table.',
  ),
  SNOWFLAKE_REPORTS: given(
    'Snowflake says that the table or its automatic refresh is not well.',
    'The message is its own.',
    'Refresh the table; a stopped refresh is repaired by that.',
  ),
} as const satisfies Record<string, RunRemedy>

export type RunFailureCode = keyof typeof runFailures

/** The remedy of a code; undefined for one that we have not seen. */
export const findRunRemedy = (code: string): RunRemedy | undefined =>
  Object.hasOwn(runFailures, code) ? runFailures[code as RunFailureCode] : undefined
