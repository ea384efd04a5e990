// Checks a value against a schema of an OpenAPI 3.0 description: just the words
// that the payment API's description uses.
import { readFileSync } from 'node:fs';

const kinds = {
	string: (v) => typeof v === 'string',
	boolean: (v) => typeof v === 'boolean',
	integer: (v) => Number.isInteger(v),
	number: (v) => typeof v === 'number',
	array: Array.isArray,
	object: (v) => typeof v === 'object' && v !== null && !Array.isArray(v),
};

export class Description {
	constructor(file) {
		this.schemas = JSON.parse(readFileSync(file, 'utf8')).components.schemas;
		this.checked = new Set();
	}

	/** Every fault of `value` against the schema called `name`, as text. */
	faults(name, value) {
		this.checked.add(name);
		return this.#check({ $ref: `#/components/schemas/${name}` }, value, name);
	}

	#check(schema, value, at) {
		if (schema.$ref) {
			const name = schema.$ref.split('/').pop();

			this.checked.add(name);
			return this.#check(this.schemas[name], value, at);
		}
		if (value === null)
			return this.#nullable(schema) ? [] : [`${at}: is null`];
		if (schema.anyOf)
			return this.#anyOf(schema.anyOf, value, at);
		if (schema.type && !kinds[schema.type](value))
			return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
		if (schema.enum && !schema.enum.includes(value))
			return [`${at}: ${JSON.stringify(value)} is not in the enum`];
		if (schema.maxLength && value.length > schema.maxLength)
			return [`${at}: is too long`];
		return this.#inside(schema, value, at);
	}

	// A schema without any words allows everything.
	#nullable(schema) {
		return schema.nullable || Object.keys(schema).length === 0 ||
			(!schema.type && !schema.anyOf && !schema.enum);
	}

	#anyOf(choices, value, at) {
		let best = null;

		for (const choice of choices) {
			const faults = this.#check(choice, value, at);

			if (faults.length === 0)
				return [];
			if (!best || faults.length < best.length)
				best = faults;
		}
		return best;
	}

	#inside(schema, value, at) {
		if (schema.type === 'array')
			return value.flatMap((item, i) =>
				this.#check(schema.items ?? {}, item, `${at}[${i}]`));
		if (schema.type !== 'object')
			return [];
		const properties = schema.properties ?? {};
		const missing = (schema.required ?? [])
			.filter((name) => !(name in value))
			.map((name) => `${at}: ${name} is missing`);
		const faults = Object.entries(value).flatMap(([name, item]) => {
			const rule = properties[name] ?? schema.additionalProperties;

			return typeof rule === 'object'
				? this.#check(rule, item, `${at}.${name}`) : [];
		});

		return [...missing, ...faults];
	}
}
