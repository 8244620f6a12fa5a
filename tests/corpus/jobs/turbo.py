"""turbo (Rust): the graph and the plan of a workspace of packages, hashed from its files."""

import json

from harness import Job

from .common import slashes


def prepare(side):
    packages = {f'p{i}': [f'p{j}' for j in range(i) if (i * j) % 3 == 1] for i in range(12)}
    locked = {'': {'name': 'root', 'workspaces': ['packages/*']}}
    for name, needs in packages.items():
        folder = side.work / 'packages' / name
        (folder / 'src').mkdir(parents=True)
        about = {'name': name, 'version': '1.0.0', 'scripts': {'build': f'echo {name}'},
                 'dependencies': {need: '1.0.0' for need in needs}}
        (folder / 'package.json').write_text(json.dumps(about))
        (folder / 'src' / 'index.js').write_text(f'export const name = "{name}";\n' * 20)
        locked[f'packages/{name}'] = {'version': '1.0.0', 'dependencies': about['dependencies']}
        locked[f'node_modules/{name}'] = {'resolved': f'packages/{name}', 'link': True}
    (side.work / 'package.json').write_text(json.dumps(
        {'name': 'root', 'packageManager': 'npm@10.0.0', 'workspaces': ['packages/*']}))
    (side.work / 'package-lock.json').write_text(json.dumps(
        {'name': 'root', 'lockfileVersion': 3, 'packages': locked}))
    (side.work / 'turbo.json').write_text(json.dumps(
        {'tasks': {'build': {'dependsOn': ['^build'], 'outputs': ['dist/**']}}}))


def run(side):
    env = {'TURBO_TELEMETRY_DISABLED': '1', 'DO_NOT_TRACK': '1'}
    side.step('plan', 'turbo', 'run', 'build', '--dry=json', '--no-daemon', env=env, normalise=plan)
    side.step('plan of one package', 'turbo', 'run', 'build', '--filter=p7...', '--dry=json', '--no-daemon', env=env,
              normalise=plan)
    side.step('graph', 'turbo', 'run', 'build', '--graph', '--no-daemon', env=env, normalise=slashes)
    side.step('no such task', 'turbo', 'run', 'absent', '--no-daemon', env=env, normalise=slashes)


def plan(out, err):
    """Of the plan: which tasks, of which inputs, in which order. The id differs from run to run, and hashes of tasks with
    the system's variables in them."""
    try:
        whole = json.loads(out)
    except ValueError:
        return slashes(out, err)
    tasks = [{key: task.get(key) for key in ('taskId', 'task', 'package', 'inputs', 'dependencies', 'dependents',
                                            'command', 'outputs', 'directory')} for task in whole['tasks']]
    kept = {'packages': whole.get('packages'), 'tasks': tasks}
    return slashes(json.dumps(kept, sort_keys=True, indent=1).replace('\\\\', '/').encode(), err)


JOBS = [Job('turbo', ('turbo-win', 'turbo-linux'), run, 'plan and graph of a workspace', prepare=prepare,
            ignore=('.turbo/*', '.turbo/*/*', 'node_modules/*', 'node_modules/*/*', 'node_modules/*/*/*'))]
