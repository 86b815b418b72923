export const id = 681;
export const ids = [681];
export const modules = {

/***/ 8681:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   generate: () => (/* binding */ generate)
/* harmony export */ });
/* harmony import */ var _ai_sdk_anthropic__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7872);
/* harmony import */ var _ai_sdk_google__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7229);
/* harmony import */ var _ai_sdk_openai__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2832);
/* harmony import */ var _ai_sdk_openai_compatible__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3683);
/* harmony import */ var ai__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6155);
/* harmony import */ var ai__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4515);





/** One question through the SDK. Rejects with the SDK's error when the provider gave no answer. */
const generate = async (asked) => {
    try {
        const { text, finishReason } = await (0,ai__WEBPACK_IMPORTED_MODULE_0__/* .generateText */ .Df5)({
            model: openModel(asked),
            system: asked.system,
            prompt: asked.prompt,
            output: outputOf(asked),
            // The SDK tries again on 408, 409, 429 and 5xx, and on a connection that failed; Retry-After is honoured.
            maxRetries: 2,
            abortSignal: asked.signal,
            ...(asked.maxOutputTokens === undefined ? {} : { maxOutputTokens: asked.maxOutputTokens }),
        });
        return { text, finishReason };
    }
    catch (error) {
        if (!ai__WEBPACK_IMPORTED_MODULE_0__/* .NoObjectGeneratedError */ .gtk.isInstance(error))
            throw error;
        return { text: error.text ?? '', finishReason: error.finishReason ?? 'unknown' };
    }
};
/** The SDK only has to carry the schema; answers are judged by the caller. */
const outputOf = ({ mode, name, schema }) => {
    switch (mode) {
        case 'schema':
            return ai__WEBPACK_IMPORTED_MODULE_0__/* .Output */ .k7i.object({ schema: (0,ai__WEBPACK_IMPORTED_MODULE_1__/* .jsonSchema */ .Og)(schema), name });
        case 'json':
            return ai__WEBPACK_IMPORTED_MODULE_0__/* .Output */ .k7i.json({ name });
        case 'text':
            return ai__WEBPACK_IMPORTED_MODULE_0__/* .Output */ .k7i.text();
    }
};
const openModel = ({ provider, model, baseUrl, token }) => {
    switch (provider) {
        case 'openai': {
            const openai = (0,_ai_sdk_openai__WEBPACK_IMPORTED_MODULE_2__/* .createOpenAI */ .ry)({ baseURL: baseUrl, apiKey: token });
            return isResponsesOnly(model) ? openai.responses(model) : openai.chat(model);
        }
        case 'anthropic':
            // The SDK's base ends with /v1, that of Aider's client does not.
            return (0,_ai_sdk_anthropic__WEBPACK_IMPORTED_MODULE_3__/* .createAnthropic */ .nM)({ baseURL: `${baseUrl}/v1`, apiKey: token })(model);
        case 'gemini':
            return (0,_ai_sdk_google__WEBPACK_IMPORTED_MODULE_4__/* .createGoogleGenerativeAI */ .sw)({ baseURL: baseUrl, apiKey: token })(model);
        case 'openrouter':
        case 'deepseek':
        case 'groq':
        case 'xai':
            return (0,_ai_sdk_openai_compatible__WEBPACK_IMPORTED_MODULE_5__/* .createOpenAICompatible */ .jr)({
                name: provider,
                baseURL: baseUrl,
                apiKey: token,
                supportsStructuredOutputs: provider !== 'deepseek',
            })(model);
    }
};
/** Models OpenAI serves only by its Responses API (`mode: responses` in litellm's table). */
const isResponsesOnly = (model) => /^(o\d-pro|o\d.*deep-research|gpt-5(\.\d+)?-(pro|codex)|codex-)/.test(model);
// The SDK prints warnings about unsupported settings to the console.
globalThis.AI_SDK_LOG_WARNINGS = false;


/***/ })

};
