"""The jinja2 template of the page."""

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>auscult report: {{ title }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #333; background: #fff; max-width: 1060px; margin: 2em auto;
       padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em } h3 { font-size: 1em }
.note { border-left: 4px solid #D55E00; padding: .2em .8em; background: #faf6f3 }
.small, figcaption, caption { color: #666; font-size: .88em }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .5em 0 }
th, td { padding: .3em .8em; text-align: center; border-bottom: 1px solid #ddd; white-space: pre-line; vertical-align: top }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
caption { caption-side: bottom; text-align: left }
figure { margin: 1.5em 0 } img { max-width: 100%; height: auto }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em } dt { color: #666 } dd { margin: 0 }
pre { background: #f6f6f6; padding: 1em; overflow-x: auto; font-size: .85em }
</style>
</head>
<body>
<h1>auscult report: {{ title }}</h1>
<p class="small">{{ disclaimer }}</p>
{% for note in notes %}
<p class="note">{{ note }}</p>
{% endfor %}
{% for section in sections %}
<h2>{{ section.title }}</h2>
<figure><img alt="{{ section.title }}" src="data:image/png;base64,{{ section.base64 }}"></figure>
{% if section.table %}
<div class="wide"><table>
<caption>{{ section.table.caption }}</caption>
<tr>{% for name in section.table.header %}<th scope="col">{{ name }}</th>{% endfor %}</tr>
{% for row in section.table.rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table></div>
{% endif %}
{% endfor %}
<h2>Runs</h2>
{% for label, facts, recipe, environment in runs %}
<h3>{{ label }}</h3>
<dl>{% for name, text in facts.items() %}<dt>{{ name }}</dt><dd>{{ text }}</dd>{% endfor %}</dl>
<details><summary>Resolved recipe</summary><pre>{{ recipe }}</pre></details>
<details><summary>Environment</summary><pre>{{ environment }}</pre></details>
{% endfor %}
</body>
</html>
"""
