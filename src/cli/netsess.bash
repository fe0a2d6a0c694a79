# SPDX-License-Identifier: MIT
# Completion of netsess(1) for bash.

# Names of servers: those of ssh and of the hosts file are the ones bash can know.
_netsess_servers()
{
	local file
	if [[ $cur == @* ]]; then
		while IFS= read -r file; do
			COMPREPLY+=("@$file")
		done < <(compgen -f -- "${cur#@}")
		return
	fi
	while IFS= read -r file; do
		COMPREPLY+=("$file")
	done < <(compgen -A hostname -- "$cur")
}

_netsess_words()
{
	local word
	while IFS= read -r word; do
		COMPREPLY+=("$word")
	done < <(compgen -W "$1" -- "$cur")
}

_netsess()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="list show end del files shares connections server passwd"
	local common="-U -A --password-file -k --kerberos --ntlm --encrypt --min-protocol
		--max-protocol --wins --timeout --strict --servers-file -j --level --json --csv
		--no-header -q --quiet -v --verbose --help --usage --version"
	local dialects="2.0.2 2.1 3.0 3.0.2 3.1.1"
	local command="" i file

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ " $commands " == *" ${COMP_WORDS[i]} "* ]]; then
			command=${COMP_WORDS[i]}
			break
		fi
	done

	case $prev in
	-A | --password-file | --servers-file)
		while IFS= read -r file; do
			COMPREPLY+=("$file")
		done < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
		return
		;;
	--min-protocol | --max-protocol)
		_netsess_words "$dialects"
		return
		;;
	-U | -j | --wins | --timeout | --level | --client | --user | --path | --close)
		return
		;;
	esac

	if [[ $cur == -* ]]; then
		case $command in
		list) _netsess_words "$common --client --user" ;;
		end) _netsess_words "$common --client --user -n --dry-run -y --yes --verify
			--include-self" ;;
		passwd) _netsess_words "--password-file --delete --disable --enable -q --quiet
			--help --usage --version" ;;
		server) _netsess_words "$common --counters" ;;
		files) _netsess_words "$common --path --user --close -y --yes" ;;
		*) _netsess_words "$common" ;;
		esac
	elif [[ -z $command ]]; then
		_netsess_words "$commands"
	elif [[ $command == passwd ]]; then
		while IFS= read -r file; do
			COMPREPLY+=("$file")
		done < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
	else
		_netsess_servers
	fi
}

complete -F _netsess netsess
