/* SPDX-License-Identifier: MIT */
#include "daemon/config.h"

#include <confuse.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf16.h"
#include "daemon/config_check.h"
#include "daemon/config_keys.h"

/* More keys than any section has. */
#define KEYS_MAX 40

struct load {
	struct server_config *config;
	char *error; /* CONFIG_ERROR_MAX bytes; "" while nothing is wrong */
	cfg_t *root;
	struct server_share share; /* of the section that is being read */
	bool share_begun;
	char server_end[CONFIG_ERROR_MAX / 2]; /* where that section ended, "FILE:LINE" */
};

/* libconfuse's callbacks have no argument of ours; one file is read at a time. */
static struct load *load;

static void __attribute__((format(printf, 2, 0)))
on_error(cfg_t *cfg, const char *format, va_list args)
{
	size_t n;

	if (load->error[0] != '\0')
		return;
	n = (size_t)snprintf(load->error, CONFIG_ERROR_MAX,
			     "%s:%d: ", cfg->filename != NULL ? cfg->filename : "",
			     cfg->line);
	if (n < CONFIG_ERROR_MAX)
		(void)vsnprintf(load->error + n, CONFIG_ERROR_MAX - n, format, args);
}

static const struct config_key *find_key(const struct config_key *keys, const char *name)
{
	while (keys->name != NULL && strcmp(keys->name, name) != 0)
		keys++;
	return keys;
}

static struct config_value value_at(cfg_opt_t *opt, const struct config_key *key,
				    unsigned i)
{
	struct config_value value = {0};

	if (key->kind == KEY_FLAG)
		value.flag = cfg_opt_getnbool(opt, i) == cfg_true;
	else if (config_kind_is_number(key->kind))
		value.number = cfg_opt_getnint(opt, i);
	else
		value.text = cfg_opt_getnstr(opt, i);
	return value;
}

/*
 * What libconfuse has just read, into the field of its key.  It calls for each value of a
 * list and once more at the end, so a list is taken anew each time; the one that is
 * refused is refused when it is the last, and so in its own line.
 */
static int take_values(cfg_t *cfg, cfg_opt_t *opt, const struct config_key *keys,
		       void *target)
{
	const struct config_key *key = find_key(keys, cfg_opt_name(opt));
	char why[CONFIG_WHY_MAX];

	config_key_clear(key, target);
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const struct config_value value = value_at(opt, key, i);

		if (!config_key_set(key, target, &value, why)) {
			cfg_error(cfg, "%s: %s", key->name, why);
			return -1;
		}
	}
	return 0;
}

static int on_server_key(cfg_t *cfg, cfg_opt_t *opt)
{
	return take_values(cfg, opt, config_server_keys, load->config);
}

/* What is left to check waits for the end: another section may follow, with more. */
static int on_server_end(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)opt;
	(void)snprintf(load->server_end, sizeof(load->server_end), "%s:%d", cfg->filename,
		       cfg->line);
	return 0;
}

static bool share_begin(cfg_t *section)
{
	if (load->share_begun)
		return true;
	if (server_share_init(&load->share, cfg_title(section), "") != NS_OK) {
		cfg_error(section, "out of memory");
		return false;
	}
	load->share_begun = true;
	return true;
}

static int on_share_key(cfg_t *cfg, cfg_opt_t *opt)
{
	return share_begin(cfg) ? take_values(cfg, opt, config_share_keys, &load->share)
				: -1;
}

static int on_share_end(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct server_config *config = load->config;
	struct server_share *shares;
	const char *why;

	if (!share_begin(section))
		return -1;
	why = config_check_share(config, &load->share);
	if (why != NULL) {
		cfg_error(cfg, "share \"%s\": %s", cfg_title(section), why);
		return -1;
	}
	shares = reallocarray(config->shares, config->share_count + 1, sizeof(*shares));
	if (shares == NULL) {
		cfg_error(cfg, "out of memory");
		return -1;
	}
	config->shares = shares;
	shares[config->share_count++] = load->share;
	load->share = (struct server_share){0};
	load->share_begun = false;
	return 0;
}

/* The group of a section's title; NULL, and said. */
static struct config_list *find_group(cfg_t *cfg, cfg_t *section)
{
	static const char *const names[CONFIG_GROUPS] = {
		[CONFIG_GROUP_ADMINISTRATORS] = "Administrators",
		[CONFIG_GROUP_SERVER_OPERATORS] = "Server Operators",
	};

	for (size_t i = 0; i < CONFIG_GROUPS; i++) {
		if (utf8_equal_folded(view_of_string(names[i]),
				      view_of_string(cfg_title(section))))
			return &load->config->groups[i];
	}
	cfg_error(cfg, "the groups are \"%s\" and \"%s\"", names[0], names[1]);
	return NULL;
}

static int on_group_key(cfg_t *cfg, cfg_opt_t *opt)
{
	struct config_list *members = find_group(cfg, cfg);

	return members != NULL ? take_values(cfg, opt, config_group_keys, members) : -1;
}

static int on_group_end(cfg_t *cfg, cfg_opt_t *opt)
{
	return find_group(cfg, cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1)) != NULL ? 0
										    : -1;
}

/* libconfuse's table of a section, from ours. */
static void options_of(cfg_opt_t out[KEYS_MAX], const struct config_key *keys,
		       cfg_validate_callback_t callback)
{
	const cfg_opt_t end = CFG_END();
	size_t n = 0;

	for (; keys[n].name != NULL && n < KEYS_MAX - 1; n++) {
		const cfg_opt_t text = CFG_STR(keys[n].name, NULL, CFGF_NODEFAULT);
		const cfg_opt_t texts = CFG_STR_LIST(keys[n].name, NULL, CFGF_NODEFAULT);
		const cfg_opt_t number = CFG_INT(keys[n].name, 0, CFGF_NODEFAULT);
		const cfg_opt_t flag = CFG_BOOL(keys[n].name, cfg_false, CFGF_NODEFAULT);

		if (keys[n].kind == KEY_FLAG)
			out[n] = flag;
		else if (config_kind_is_number(keys[n].kind))
			out[n] = number;
		else
			out[n] = config_kind_is_list(keys[n].kind) ? texts : text;
		out[n].validcb = callback;
	}
	out[n] = end;
}

static bool parse(FILE *file, const char *path)
{
	cfg_opt_t server[KEYS_MAX], share[KEYS_MAX], group[KEYS_MAX];
	cfg_opt_t options[] = {
		CFG_SEC("server", server, CFGF_NODEFAULT),
		CFG_SEC("share", share, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
		CFG_SEC("group", group, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
		CFG_FUNC("include", cfg_include),
		CFG_END(),
	};
	char *folder = strdup(path);
	bool ok = false;

	options_of(server, config_server_keys, on_server_key);
	options_of(share, config_share_keys, on_share_key);
	options_of(group, config_group_keys, on_group_key);
	options[0].validcb = on_server_end;
	options[1].validcb = on_share_end;
	options[2].validcb = on_group_end;
	load->root = cfg_init(options, CFGF_NONE);
	if (load->root == NULL || folder == NULL)
		goto out;
	(void)cfg_set_error_function(load->root, on_error);
	load->root->filename = strdup(path);
	if (load->root->filename != NULL &&
	    cfg_add_searchpath(load->root, dirname(folder)) == 0)
		ok = cfg_parse_fp(load->root, file) == CFG_SUCCESS;
out:
	if (load->root != NULL)
		(void)cfg_free(load->root);
	free(folder);
	return ok;
}

/* What is decided only when all is read. */
static bool finish(const char *path)
{
	struct server_config *config = load->config;
	const char *why = config_check_server(config);

	if (why == NULL && config->listen_count == 0 &&
	    server_config_add_listen(config, "*", 0) != NS_OK)
		why = "out of memory";
	if (why != NULL) {
		(void)snprintf(load->error, CONFIG_ERROR_MAX, "%s: %s",
			       load->server_end[0] != '\0' ? load->server_end : path, why);
		return false;
	}
	for (size_t i = 0; i < config->listen_count; i++) {
		if (config->listen[i].port == 0)
			config->listen[i].port = (uint16_t)config->port;
	}
	return true;
}

enum ns_err config_read(struct server_config *out, char error[CONFIG_ERROR_MAX],
			const char *path)
{
	struct load this = {.config = out, .error = error};
	enum ns_err err = server_config_init(out);
	FILE *file = NULL;
	bool ok;

	error[0] = '\0';
	if (err == NS_OK) {
		file = fopen(path, "re");
		err = file != NULL ? NS_OK : NS_ESYSTEM;
	}
	if (err != NS_OK) {
		(void)snprintf(error, CONFIG_ERROR_MAX, "%s: %s", path, strerror(errno));
		server_config_release(out);
		return err;
	}
	load = &this;
	ok = parse(file, path) && finish(path);
	load = NULL;
	(void)fclose(file);
	server_share_release(&this.share);
	if (ok)
		return NS_OK;
	if (error[0] == '\0')
		(void)snprintf(error, CONFIG_ERROR_MAX, "%s: out of memory", path);
	server_config_release(out);
	return NS_EFORMAT;
}
