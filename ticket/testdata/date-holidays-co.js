// Prints date-holidays-co.txt, the national holidays of Colombia as npm's date-holidays
// has them, to compare ours with. In a folder outside the repository:
//
//	npm install date-holidays@3.37.0
//	NODE_PATH=node_modules node …/ticket/testdata/date-holidays-co.js > …/ticket/testdata/date-holidays-co.txt
const Holidays = require('date-holidays')
const {version} = require('date-holidays/package.json')

const first = 1984, last = 2100
const letters = new Map() // by name
const lines = []
for (let year = first; year <= last; year++) {
  const days = new Holidays('CO').getHolidays(year, 'es').filter(h => h.type === 'public').map(h => {
    if (!letters.has(h.name)) letters.set(h.name, String.fromCharCode(97 + letters.size))
    return letters.get(h.name) + h.date.slice(5, 10)
  })
  lines.push(year + ' ' + days.join(' '))
}
console.log(`# date-holidays ${version} (npm), country CO, type public, ${first} to ${last}; made by date-holidays-co.js.`)
console.log('# A letter for each name, then month-day.')
for (const [name, letter] of letters) console.log(`= ${letter} ${name}`)
console.log(lines.join('\n'))
