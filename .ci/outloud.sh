#!/usr/bin/env bash
# Check every PDF in a folder with outloud, failing on any error: `.ci/outloud.sh DIR`.
# outloud needs PyMuPDF (AGPL), so it lives in a venv of its own in the user's cache folder, outside the product's.
set -euo pipefail

folder=${1:?usage: .ci/outloud.sh DIR}
requirements=$(dirname "$0")/requirements-outloud.txt
key=$( (python3 --version; cat "$requirements") | sha256sum | cut -c1-16)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/handout-checkers/outloud-$key

if [[ ! -e $venv/.complete ]]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
    touch "$venv/.complete"
fi

mapfile -t pdfs < <(find "$folder" -name '*.pdf' -type f | sort)
if ((${#pdfs[@]} == 0)); then
    echo "outloud: no PDF in $folder" >&2
    exit 1
fi
report=$("$venv/bin/outloud" --fail-on error "${pdfs[@]}") || {
    echo "$report" >&2
    exit 1
}
awk -v files="${#pdfs[@]}" '{ for (i = 2; i <= NF; i++) if ($i == "warning(s),") sum += $(i - 1) }
    END { printf "outloud: %d files, no error, %d warnings\n", files, sum }' <<<"$report"
