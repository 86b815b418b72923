#!/usr/bin/env node
import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 885:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  $t: () => (/* binding */ startScrubbed)
});

// UNUSED EXPORTS: handoverVariable, nodeFlags, scrubbed

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
;// CONCATENATED MODULE: ./src/adapters/processes/scrub.js



/**
 * How Node runs our own process. A small young generation: the default grows to 48 MB of what nobody needs any more.
 * With 200 tasks the peak of the whole process falls from 154 MB to 102 MB at the same processor time.
 */
const nodeFlags = ['--max-semi-space-size=4'];
/** Names the file in which the process before us left what it was started with. */
const handoverVariable = 'ORCHESTRATOR_HANDOVER';
/** Where things are and how to speak: nothing of these is a secret or changes what a program of ours runs. */
const kept = new Set([
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TERM', 'COLORTERM', 'CI'],
    ...[
        'NO_COLOR',
        'FORCE_COLOR',
        'COLUMNS',
        'LINES',
        'HOSTNAME',
        'XDG_CACHE_HOME',
        'XDG_RUNTIME_DIR',
        'XDG_CONFIG_HOME',
    ],
    ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
]);
/** What the runner tells every step, read by its own packages: facts of the job, paths of its files, our own state. */
const keptPattern = /^(LC_[A-Z]+|GITHUB_(?!.*(TOKEN|KEY|SECRET|PASS|CREDENTIAL|AUTH))(?!(.*_)?PAT$)[A-Z_]+|RUNNER_[A-Z_]+|STATE_[A-Za-z_]+)$/;
/** The part of an environment that may stay visible in `/proc/<pid>/environ`, where every child can read it. */
const scrubbed = (env) => Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined && (kept.has(entry[0]) || keptPattern.test(entry[0]))));
/** In memory where the machine has such a folder, so that no secret is ever on a disk. */
const parents = () => ['/dev/shm', (0,external_node_os_namespaceObject.tmpdir)()];
const prefix = 'orchestrator-';
const handover = 'environment.json';
const makeFolder = () => {
    for (const parent of parents()) {
        try {
            return (0,external_node_fs_namespaceObject.mkdtempSync)((0,external_node_path_namespaceObject.join)(parent, prefix));
        }
        catch {
            // Not there, or not ours to write in: the next.
        }
    }
    throw new Error('no folder to hand over in');
};
/** The next process takes its file within milliseconds. */
const staleMs = 60_000;
/** Deletes what a process left that was killed before the next could take it. */
const sweep = () => {
    for (const parent of parents()) {
        for (const name of namesIn(parent).filter((each) => each.startsWith(prefix))) {
            const folder = (0,external_node_path_namespaceObject.join)(parent, name);
            if (isMine(folder) && isStale((0,external_node_path_namespaceObject.join)(folder, handover)))
                (0,external_node_fs_namespaceObject.rmSync)(folder, { recursive: true, force: true });
        }
    }
};
/** No link: where it leads is for whoever may write here to say. */
const isMine = (folder) => {
    const found = (0,external_node_fs_namespaceObject.lstatSync)(folder, { throwIfNoEntry: false });
    return found?.isDirectory() === true && found.uid === process.getuid?.();
};
const isStale = (file) => Date.now() - ((0,external_node_fs_namespaceObject.lstatSync)(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > staleMs;
const namesIn = (folder) => {
    try {
        return (0,external_node_fs_namespaceObject.readdirSync)(folder);
    }
    catch {
        return [];
    }
};
const leave = (env) => {
    sweep();
    const folder = makeFolder();
    (0,external_node_fs_namespaceObject.chmodSync)(folder, 0o700);
    const file = (0,external_node_path_namespaceObject.join)(folder, handover);
    (0,external_node_fs_namespaceObject.writeFileSync)(file, JSON.stringify(env), { mode: 0o600, flag: 'wx' });
    return file;
};
const take = (file) => {
    const text = (0,external_node_fs_namespaceObject.readFileSync)(file, 'utf8');
    (0,external_node_fs_namespaceObject.rmSync)((0,external_node_path_namespaceObject.dirname)(file), { recursive: true, force: true });
    const whole = JSON.parse(text);
    // Our own git and installers need the machine's proxies. What is set now is not in `/proc/<pid>/environ`.
    for (const [name, value] of Object.entries(whole))
        if (value !== undefined && /^(https?|all|no)_proxy$/i.test(name))
            process.env[name] = value;
    return whole;
};
const isOurs = (file) => /^\/.*\/orchestrator-\w+\/environment\.json$/.test(file);
/**
 * Replaces this process by itself with a scrubbed environment (`process.execve`, Node 24; same process id and output),
 * and does not return from that. In the new process it returns the whole environment the first was started with,
 * whose file is gone by then; `process.env` stays scrubbed. Where a platform has no execve, `process.env` is scrubbed
 * and the whole environment returned, though `/proc` still shows it to children of this user.
 */
const startScrubbed = () => {
    const file = process.env[handoverVariable];
    if (file !== undefined && isOurs(file)) {
        delete process.env[handoverVariable];
        return take(file);
    }
    const whole = { ...process.env };
    const rest = scrubbed(whole);
    if (typeof process.execve === 'function' && process.platform !== 'win32') {
        const left = leave(whole);
        try {
            process.execve(process.execPath, [process.execPath, ...process.execArgv, ...nodeFlags, ...process.argv.slice(1)], {
                ...rest,
                [handoverVariable]: left,
            });
        }
        catch {
            (0,external_node_fs_namespaceObject.rmSync)((0,external_node_path_namespaceObject.dirname)(left), { recursive: true, force: true });
        }
    }
    for (const name of Object.keys(process.env))
        if (!(name in rest))
            delete process.env[name];
    return whole;
};


/***/ }),

/***/ 359:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _adapters_processes_scrub_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(885);

// Before anything else is loaded, and by Node itself: a bundler would make it an import at the top.
const env = (0,_adapters_processes_scrub_js__WEBPACK_IMPORTED_MODULE_0__/* .startScrubbed */ .$t)();
const { exitWith, runCli } = await import(/* webpackIgnore: true */ './main.js');
exitWith(runCli(process.argv.slice(2), env));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(359);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
