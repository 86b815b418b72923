import * as __WEBPACK_EXTERNAL_MODULE__main_js_1d5063fb__ from "./main.js";
/******/ // The require scope
/******/ var __nccwpck_require__ = {};
/******/ 
/************************************************************************/
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
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "./main.js"
var x = (y) => {
	var x = {}; __nccwpck_require__.d(x, y); return x
} 
var y = (x) => (() => (x))
const external_main_js_namespaceObject = x({ ["exitWith"]: () => (__WEBPACK_EXTERNAL_MODULE__main_js_1d5063fb__.exitWith), ["runPost"]: () => (__WEBPACK_EXTERNAL_MODULE__main_js_1d5063fb__.runPost) });
;// CONCATENATED MODULE: ./src/post.js

(0,external_main_js_namespaceObject.exitWith)((0,external_main_js_namespaceObject.runPost)());

