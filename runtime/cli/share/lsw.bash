# bash completion of lsw

_lsw() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} options=
    local commands='exec check api trace ps kill wait logs shutdown doctor help'
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 && $word == -* ]]; then
        options='--help --version'
    elif [[ $COMP_CWORD -eq 1 ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word"; compgen -f -X '!*.[eE][xX][eE]' -- "$word"
                                 compgen -d -- "$word")
        return
    elif [[ $command == help ]]; then
        options=$commands
    elif [[ $previous == @(-p|kill|wait|logs) && $word != -* ]]; then
        options=$(lsw ps 2>/dev/null | awk 'NR > 1 { print $1 }')
    elif [[ $word == -* ]]; then
        # The options that the command itself lists.
        options=$(lsw "$command" --help 2>/dev/null | grep -oE '(^  |, |\[)--?[a-z][a-z-]*' | grep -oE -- '--?[a-z][a-z-]*')
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}

complete -o filenames -F _lsw lsw
